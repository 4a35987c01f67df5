"""What a bot has received, and what its people see."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chats",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("messages", sa.JSON(), nullable=False),
        sa.Column("delete_by", TIME, nullable=True),
        sa.Column("unreachable_since", TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["people.organisation", "people.id"],
            name="fk_chats_people",
        ),
        sa.PrimaryKeyConstraint("organisation", "person", name="pk_chats"),
    )
    op.create_table(
        "updates",
        sa.Column("inbox", WORDS, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("set_aside", WORDS, nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("inbox", "number", name="pk_updates"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_updates_received_at", "updates", ["received_at"])


def downgrade() -> None:
    op.drop_table("updates")
    op.drop_table("chats")
