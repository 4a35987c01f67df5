"""When things are due: the plan of a project, what was decided, and what was sent to whom."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
DATES = ("starts_on", "ends_on", "baseline_on", "interim_on", "final_on")


def upgrade() -> None:
    op.add_column("projects", sa.Column("dates", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("projects", sa.Column("rules", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("projects", sa.Column("planned_for", sa.Date(), nullable=True))
    op.create_index("ix_projects_planned_for", "projects", ["planned_for"])
    _take_over_dates()
    op.create_table(
        "decisions",
        *_occasion(),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("reason", WORDS, nullable=False, server_default=""),
        sa.Column("assignee", WORDS, nullable=False, server_default=""),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("decided_at", TIME, nullable=False),
        *_keys("decisions"),
        sa.PrimaryKeyConstraint(
            *("organisation", "project", "sheet", "moment", "subject", "number"),
            name="pk_decisions",
        ),
    )
    op.create_table(
        "sendings",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("send_at", TIME, nullable=False),
        sa.Column("claimed_at", TIME, nullable=True),
        sa.Column("settled_at", TIME, nullable=True),
        sa.Column("items", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("caused_by", WORDS, nullable=False, server_default=""),
        _person("sendings"),
        sa.PrimaryKeyConstraint("organisation", "person", "kind", "day", name="pk_sendings"),
    )
    op.create_index("ix_sendings_state_send_at", "sendings", ["state", "send_at"])
    op.create_table(
        "reminders",
        *(item for item in _occasion() if item.name != "sheet"),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("stage", WORDS, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *_keys("reminders"),
        sa.PrimaryKeyConstraint(
            *("organisation", "person", "project", "moment", "subject"),
            *("number", "due", "stage"),
            name="pk_reminders",
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reminder_settings",
        sa.Column("organisation", WORDS, nullable=False),
        sa.Column("person", WORDS, nullable=False),
        sa.Column("remind_at", WORDS, nullable=False),
        sa.Column("quiet_from", WORDS, nullable=False),
        sa.Column("quiet_until", WORDS, nullable=False),
        sa.Column("days", sa.JSON(), nullable=False),
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("muted_until", sa.Date(), nullable=True),
        _person("reminder_settings"),
        sa.PrimaryKeyConstraint("organisation", "person", name="pk_reminder_settings"),
    )


def downgrade() -> None:
    for name in ("reminder_settings", "reminders", "sendings", "decisions"):
        op.drop_table(name)
    op.drop_index("ix_projects_planned_for", "projects")
    for name in ("planned_for", "rules", "dates"):
        op.drop_column("projects", name)


def _occasion() -> list[sa.Column[Any]]:
    words = ("organisation", "project", "sheet", "moment", "subject")
    return [
        *(sa.Column(name, WORDS, nullable=False) for name in words),
        sa.Column("number", sa.Integer(), nullable=False),
    ]


def _keys(table: str) -> list[sa.ForeignKeyConstraint]:
    project = sa.ForeignKeyConstraint(
        ["organisation", "project"],
        ["projects.organisation", "projects.id"],
        name=f"fk_{table}_projects",
    )
    return [project, _person(table)]


def _person(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation", "person"], ["people.organisation", "people.id"], name=f"fk_{table}_people"
    )


def _take_over_dates() -> None:
    """Give each project the days that its sheet says, as far as it has one."""
    names = ("organisation", "id", "project", "sheet")
    records = sa.table("records", *(sa.column(name) for name in names))
    revisions = sa.table(
        "record_revisions",
        *(sa.column(name) for name in ("organisation", "record", "revision", "complete")),
        sa.column("deleted"),
    )
    values = sa.table(
        "record_values",
        *(sa.column(name) for name in ("organisation", "record", "revision", "question")),
        *(sa.column(name) for name in ("status", "value")),
    )
    projects = sa.table(
        "projects", sa.column("organisation"), sa.column("id"), sa.column("dates", sa.JSON())
    )
    latest = (
        sa.select(sa.func.max(revisions.c.revision))
        .where(
            revisions.c.organisation == records.c.organisation, revisions.c.record == records.c.id
        )
        .scalar_subquery()
    )
    rows = op.get_bind().execute(
        sa.select(records.c.organisation, records.c.project, values.c.question, values.c.value)
        .join(
            values,
            sa.and_(
                values.c.organisation == records.c.organisation, values.c.record == records.c.id
            ),
        )
        .where(
            records.c.sheet == "project_sheet",
            values.c.revision == latest,
            values.c.question.in_(DATES),
            values.c.status == "answered",
        )
    )
    found: dict[tuple[str, str], dict[str, str]] = {}
    for organisation, project, question, value in rows:
        found.setdefault((organisation, project), {})[question] = value
    for (organisation, project), dates in found.items():
        op.execute(
            sa.update(projects)
            .where(projects.c.organisation == organisation, projects.c.id == project)
            .values(dates=dates)
        )
