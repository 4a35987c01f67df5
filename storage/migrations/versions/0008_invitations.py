"""Getting in and out: invitations, failed attempts, leaving, handing over, accepting the notice."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("people", sa.Column("left_at", TIME, nullable=True))
    op.create_table(
        "invitations",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("projects", sa.JSON(), nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("invited_by", WORDS, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("accepted_at", TIME, nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_invitations_organisations"
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_invitations"),
        sa.UniqueConstraint("digest", name="uq_invitations_digest"),
    )
    op.create_table(
        "attempts",
        sa.Column("inbox", WORDS, nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", WORDS, nullable=False),
        sa.Column("attempted_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("inbox", "number", name="pk_attempts"),
    )
    op.create_index("ix_attempts_attempted_at", "attempts", ["attempted_at"])
    op.create_table(
        "acceptances",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("accepted_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["people.organisation", "people.id"],
            name="fk_acceptances_people",
        ),
        sa.PrimaryKeyConstraint("organisation", "person", "version", name="pk_acceptances"),
    )
    op.create_table(
        "handovers",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("record", WORDS, nullable=False),
        sa.Column("heir", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("handed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "heir"],
            ["people.organisation", "people.id"],
            name="fk_handovers_people",
        ),
        sa.PrimaryKeyConstraint("organisation", "record", "heir", name="pk_handovers"),
    )


def downgrade() -> None:
    for table in ("handovers", "acceptances", "attempts", "invitations"):
        op.drop_table(table)
    op.drop_column("people", "left_at")
