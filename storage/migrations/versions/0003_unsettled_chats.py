"""Since when it is not certain what people see."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("unsettled_since", sa.DateTime(timezone=True), nullable=True)
    op.add_column("chats", column)


def downgrade() -> None:
    op.drop_column("chats", "unsettled_since")
