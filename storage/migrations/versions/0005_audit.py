"""The audit, and what keeps its entries from being changed or removed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")

REFUSAL = "entries of the audit are never changed or removed"

SQLITE = (
    f"""CREATE TRIGGER audit_update BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    f"""CREATE TRIGGER audit_delete BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
    # INSERT OR REPLACE removes a row without asking the trigger above.
    """CREATE TRIGGER audit_replace BEFORE INSERT ON audit
    WHEN EXISTS (
        SELECT 1 FROM audit WHERE organisation = NEW.organisation AND number = NEW.number
    )
    BEGIN SELECT RAISE(ABORT, 'the audit has this entry'); END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$""",
    """CREATE TRIGGER audit_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_kept()""",
    """CREATE TRIGGER audit_truncate BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_kept()""",
)


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("action", WORDS, nullable=False),
        sa.Column("about", WORDS, nullable=False),
        sa.Column("detail", WORDS, nullable=False),
        sa.Column("previous", WORDS, nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("organisation", "number", name="pk_audit"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_audit_organisation_action_at", "audit", ["organisation", "action", "at"])
    on_server = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if on_server else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_kept()")
