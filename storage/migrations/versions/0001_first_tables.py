"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Text in the order of its code points, whatever the locale of the PostgreSQL server.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)

# In an order in which each table can be dropped.
TABLES = (
    "record_values",
    "record_revisions",
    "records",
    "conversations",
    "sheets",
    "participants",
    "memberships",
    "projects",
    "people",
    "organisations",
)


def upgrade() -> None:
    _organisations()
    _projects()
    _conversations()
    _records()
    _revisions()
    _values()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def _organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
    )
    op.create_table(
        "people",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("channel", WORDS, nullable=False),
        sa.Column("address", WORDS, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_people_organisations"
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_people"),
        sa.UniqueConstraint("channel", "address", name="uq_people_channel_address"),
    )


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("selection", sa.JSON(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_projects_organisations"
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_projects"),
    )
    op.create_table(
        "memberships",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["people.organisation", "people.id"],
            name="fk_memberships_people",
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "project"],
            ["projects.organisation", "projects.id"],
            name="fk_memberships_projects",
        ),
        sa.PrimaryKeyConstraint("organisation", "person", "project", name="pk_memberships"),
    )
    op.create_table(
        "participants",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.Column("code", WORDS, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "project"],
            ["projects.organisation", "projects.id"],
            name="fk_participants_projects",
        ),
        sa.PrimaryKeyConstraint("organisation", "project", "code", name="pk_participants"),
    )


def _conversations() -> None:
    op.create_table(
        "sheets",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("name", WORDS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("definition", WORDS, nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("released_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisations.id"], name="fk_sheets_organisations"
        ),
        sa.PrimaryKeyConstraint("organisation", "name", "version", name="pk_sheets"),
    )
    op.create_table(
        "conversations",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("snapshot", WORDS, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["people.organisation", "people.id"],
            name="fk_conversations_people",
        ),
        sa.PrimaryKeyConstraint("organisation", "person", name="pk_conversations"),
    )


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("id", WORDS, nullable=False),
        sa.Column("project", WORDS, nullable=False),
        sa.Column("sheet", WORDS, nullable=False),
        sa.Column("sheet_version", sa.Integer(), nullable=False),
        sa.Column("level", WORDS, nullable=False),
        sa.Column("moment", WORDS, nullable=False),
        sa.Column("subject", WORDS, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "project"],
            ["projects.organisation", "projects.id"],
            name="fk_records_projects",
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "sheet", "sheet_version"],
            ["sheets.organisation", "sheets.name", "sheets.version"],
            name="fk_records_sheets",
        ),
        sa.PrimaryKeyConstraint("organisation", "id", name="pk_records"),
    )
    op.create_index(
        "ix_records_organisation_project_moment", "records", ["organisation", "project", "moment"]
    )


def _revisions() -> None:
    op.create_table(
        "record_revisions",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("record", WORDS, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("observed_on", sa.Date(), nullable=False),
        sa.Column("submitted_at", TIME, nullable=False),
        sa.Column("reason", WORDS, server_default="", nullable=False),
        sa.Column("remark", WORDS, nullable=False),
        sa.Column("set_aside", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["people.organisation", "people.id"],
            name="fk_record_revisions_people",
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "record"],
            ["records.organisation", "records.id"],
            name="fk_record_revisions_records",
        ),
        sa.PrimaryKeyConstraint("organisation", "record", "revision", name="pk_record_revisions"),
    )


def _values() -> None:
    op.create_table(
        "record_values",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("record", WORDS, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("category", WORDS, nullable=False),
        sa.Column("question", WORDS, nullable=False),
        sa.Column("indicator", WORDS, nullable=False),
        sa.Column("role", WORDS, nullable=False),
        sa.Column("type", WORDS, nullable=False),
        sa.Column("status", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.Column("remark", WORDS, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "record", "revision"],
            [
                "record_revisions.organisation",
                "record_revisions.record",
                "record_revisions.revision",
            ],
            name="fk_record_values_record_revisions",
        ),
        sa.PrimaryKeyConstraint(
            "organisation", "record", "revision", "position", "category", name="pk_record_values"
        ),
        sqlite_with_rowid=False,
    )
