"""Texts are sealed: a list of the keys that did so, and no older text that looks sealed."""

import sqlalchemy as sa
from alembic import op

from storage.problems import DatabaseProblem

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TEXTS = (
    ("organisations", "ambassador"),
    ("record_revisions", "reason"),
    ("record_revisions", "remark"),
    ("record_values", "remark"),
    ("record_values", "value"),
    ("reviews", "comment"),
)


def upgrade() -> None:
    op.create_table(
        "sealing_keys",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("finished", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.PrimaryKeyConstraint("name", name="pk_sealing_keys"),
    )
    for name, column in TEXTS:
        text = sa.column(column, sa.Text())
        op.execute(
            sa.update(sa.table(name, text))
            .where(sa.func.substr(text, 1, 1) == "~")
            .values({column: sa.literal("~=") + text})
        )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT name FROM sealing_keys LIMIT 1")):
        raise DatabaseProblem("What was sealed cannot be read by an older version of Meetmoment.")
    for name, column in TEXTS:
        text = sa.column(column, sa.Text())
        op.execute(
            sa.update(sa.table(name, text))
            .where(sa.func.substr(text, 1, 2) == "~=")
            .values({column: sa.func.substr(text, 3)})
        )
    op.drop_table("sealing_keys")
