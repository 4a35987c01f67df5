"""Projects of several municipalities together, and people who reach all projects."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "people",
        sa.Column("everywhere", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_table(
        "agreements",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.Column("joint", WORDS, nullable=False),
        sa.Column("agreed_at", TIME, nullable=False),
        sa.Column("ended_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "project"],
            ["projects.organisation", "projects.id"],
            name="fk_agreements_projects",
        ),
        sa.PrimaryKeyConstraint("organisation", "project", "joint", name="pk_agreements"),
    )
    op.create_index("ix_agreements_joint", "agreements", ["joint"])
    op.create_table(
        "joint_codes",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "project"],
            ["projects.organisation", "projects.id"],
            name="fk_joint_codes_projects",
        ),
        sa.PrimaryKeyConstraint("organisation", "project", name="pk_joint_codes"),
        sa.UniqueConstraint("digest", name="uq_joint_codes_digest"),
    )


def downgrade() -> None:
    op.drop_table("joint_codes")
    op.drop_index("ix_agreements_joint", "agreements")
    op.drop_table("agreements")
    op.drop_column("people", "everywhere")
