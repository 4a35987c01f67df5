"""Several messages of a kind a day, where somebody orders them: each with what is wanted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = ("organisation", "person", "kind", "day")


def upgrade() -> None:
    op.add_column("sendings", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("sendings", sa.Column("wanted", WORDS, nullable=False, server_default=""))
    _told_apart_by((*KEY, "number"))


def downgrade() -> None:
    # An older version knows no orders.
    op.execute("DELETE FROM sendings WHERE number > 0")
    _told_apart_by(KEY)
    with op.batch_alter_table("sendings") as table:
        table.drop_column("number")
        table.drop_column("wanted")


def _told_apart_by(key: Sequence[str]) -> None:
    # SQLite makes the table anew.
    with op.batch_alter_table("sendings") as table:
        table.drop_constraint("pk_sendings", type_="primary")
        table.create_primary_key("pk_sendings", [*key])
