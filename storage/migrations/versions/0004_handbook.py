"""The whole handbook: corrections, reviews, derived codes, what a project chose for itself."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)

ADDED = (
    ("organisations", "ambassador", WORDS, ""),
    ("projects", "registrars", sa.JSON(), "{}"),
    ("participants", "digest", WORDS, ""),
    ("record_revisions", "deleted", sa.Boolean(), sa.false()),
    ("record_revisions", "entered_for", WORDS, ""),
    ("record_revisions", "provenance", WORDS, ""),
)


def upgrade() -> None:
    for table, name, kind, default in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
    op.create_table(
        "reviews",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("record", WORDS, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("comment", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("reviewed_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation", "record", "revision"],
            [
                "record_revisions.organisation",
                "record_revisions.record",
                "record_revisions.revision",
            ],
            name="fk_reviews_record_revisions",
        ),
        sa.ForeignKeyConstraint(
            ["organisation", "person"],
            ["people.organisation", "people.id"],
            name="fk_reviews_people",
        ),
        sa.PrimaryKeyConstraint("organisation", "record", "number", name="pk_reviews"),
    )
    op.drop_index("ix_records_organisation_project_moment", "records")
    op.create_index(
        "ix_records_organisation_project_sheet_moment_subject",
        "records",
        ["organisation", "project", "sheet", "moment", "subject"],
    )
    op.create_index(
        "ix_records_organisation_project_created_at",
        "records",
        ["organisation", "project", "created_at"],
    )
    op.create_index(
        "ix_record_revisions_organisation_person_submitted_at",
        "record_revisions",
        ["organisation", "person", "submitted_at"],
    )


def downgrade() -> None:
    op.drop_index("ix_record_revisions_organisation_person_submitted_at", "record_revisions")
    op.drop_index("ix_records_organisation_project_created_at", "records")
    op.drop_index("ix_records_organisation_project_sheet_moment_subject", "records")
    op.create_index(
        "ix_records_organisation_project_moment", "records", ["organisation", "project", "moment"]
    )
    op.drop_table("reviews")
    for table, name, _, _ in reversed(ADDED):
        op.drop_column(table, name)
