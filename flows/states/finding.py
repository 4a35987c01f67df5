"""Which saved record is to be changed, deleted or looked at."""

from collections import Counter
from dataclasses import replace

from flows.effects import ReviewRecord
from flows.matching import Option
from flows.pages import on_page
from flows.record import StoredRecord
from flows.session import Screen, Session
from flows.states.leaving import pause
from flows.states.wording import receipt_of, record_title, turn_page, turning

PAGE = 8


class Finding:
    """Lists one's own records, for a coordinator those of the projects; newest first."""

    def show(self, session: Session) -> Screen:
        """Show the records, in pages."""
        found = found_records(session)
        twice = _twice(found)
        rows = [
            [_option(session, item, is_double=_key(item) in twice)]
            for item in on_page(found, session.conversation.page, PAGE)
        ]
        rows += turning(session, len(found), PAGE)
        text = session.say("Which registration? Or type the beginning of its receipt.")
        if not found:
            text = session.say("Nothing was saved yet that you could change.")
        return Screen(text, [*rows, [session.option("‹ Back", "back")]], digits=True)

    def tap(self, session: Session, action: str) -> None:
        """Open a record, or turn the page."""
        verb, _, name = action.partition(":")
        if verb == "page":
            turn_page(session, name)
        elif verb == "r":
            open_record(session, name)
        elif action == "back":
            self.back(session)

    def read(self, session: Session, text: str) -> None:
        """Find a record by its receipt."""
        wanted = text.strip().upper()
        found = found_records(session, wanted) if wanted else []
        if len(found) == 1:
            self.tap(session, f"r:{found[0].record}")
            return
        session.notices.append(session.say("No registration has that receipt. Please tap one."))

    def back(self, session: Session) -> None:
        """Go back to the menu."""
        pause(session)


def may_review(session: Session, project: str) -> bool:
    """Whether the person coordinates a project."""
    return "project_coordinator" in session.context.roles and any(
        item.id == project for item in session.context.projects
    )


def open_record(session: Session, record: str) -> None:
    """Go to a record, in the revision that is there now."""
    found = found_records(session, record)
    if len(found) == 1:
        choice = {"record": record, "revision": str(found[0].revision)}
        session.move("amend", choice=choice, page=0)


def found_records(session: Session, receipt: str = "") -> list[StoredRecord]:
    """Return the records that the person may open, as they are after this step."""
    context = session.context
    everybody = "project_coordinator" in context.roles
    person = "" if everybody else context.person
    found = context.archive.recent([item.id for item in context.projects], person, receipt)
    reviews = {
        effect.record: effect.state
        for effect in session.effects
        if isinstance(effect, ReviewRecord)
    }
    return [replace(item, review=reviews.get(item.record, item.review)) for item in found]


def _option(session: Session, item: StoredRecord, *, is_double: bool) -> Option:
    marks = {"flagged": "? ", "returned": "↩ ", "approved": "✓ ", "not_counted": "✗ "}
    mark = marks.get(item.review, "⚠ " if is_double else "")
    whose = "" if item.person == session.context.person else " ·"
    label = f"{mark}{record_title(session, item)} · {receipt_of(item.record)}{whose}"
    return Option(label, f"r:{item.record}", (), receipt_of(item.record))


def _key(item: StoredRecord) -> tuple[str, str, str, str]:
    return item.project, item.sheet, item.moment, item.subject


def _twice(found: list[StoredRecord]) -> set[tuple[str, str, str, str]]:
    """Return what more than one person registered for the same moment, and both count."""
    counted = Counter(
        _key(item)
        for item in found
        if item.moment != "continuous" and item.complete and item.review != "not_counted"
    )
    return {key for key, count in counted.items() if count > 1}
