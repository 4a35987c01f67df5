"""How long things are kept, and what was announced before it is deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "organisations", sa.Column("retention", sa.JSON(), nullable=False, server_default="{}")
    )
    op.create_table(
        "retention_notices",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("announced_at", TIME, nullable=False),
        sa.Column("carried_out_at", TIME, nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "project"],
            ["projects.organisation", "projects.id"],
            name="fk_retention_notices_projects",
        ),
        sa.PrimaryKeyConstraint(
            "organisation", "kind", "project", "until", name="pk_retention_notices"
        ),
    )


def downgrade() -> None:
    op.drop_table("retention_notices")
    op.drop_column("organisations", "retention")
