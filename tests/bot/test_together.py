"""Several people act in one transaction, or two: each as if the others had been there before."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from bot.participants import digest_by
from bot.turns import apply
from flows.access import scope
from flows.codes import ALPHABET, SHORTEST
from flows.effects import SaveRecord
from flows.project import Project
from flows.record import Record, StoredRecord
from storage import organisations, participants
from storage.archive import StoredArchive
from storage.database import Connection, Database
from storage.records import RevisionTaken
from tests.bot.phones import NOON, Phones
from tests.bot.program import CONTACT
from tests.keys import KEYS
from tests.waiting import wait_until_one_waits

PLACE = ("Today", "OpStap", "Harm to users", "Done", "People with problem use", "Done", "Docks")
PLAN = ("2 1 0 1", "1/1/2026", "31/12/2027", "Baseline", "Done", "15/3/2026")
SHORT = ("Today", "No", "Short version", "No add-on", "No", "No")
LONG = ("Today", "Yes", "Long version", "No add-on", "No", "No")
BOTH = ("1", "2")


@pytest.fixture
def phones(database: Database) -> Phones:
    found = Phones(database, *BOTH, digest=digest_by("ab" * 32))
    for address in BOTH:
        found.types(address, "English")
    return found


def taps(phones: Phones, address: str, *labels: str) -> None:
    for label in labels:
        phones.take(phones.tapped(address, label))


def at_once(phones: Phones, one: str, other: str = "") -> None:
    """Let both tap a button in one batch, of which nothing is set aside."""
    phones.take(phones.tapped("1", one), phones.tapped("2", other or one))
    assert set(phones.updates().values()) == {""}


def opens(phones: Phones, address: str, *labels: str) -> None:
    """Open the newest record."""
    phones.types(address, "/corrections")
    taps(phones, address, "Contact", *labels)


def archive_of(connection: Connection, phones: Phones) -> StoredArchive:
    """Return what is stored of the project, as its coordinator sees it."""
    of = phones.people["1"].organisation
    projects = [organisations.EXAMPLE_PROJECT]
    return StoredArchive(connection, scope(of, "", ["project_coordinator"], projects))


def listed(phones: Phones) -> list[StoredRecord]:
    """Return every record that is not deleted."""
    with phones.database.reading() as connection:
        return list(archive_of(connection, phones).recent())


def revisions(phones: Phones, record: str) -> list[Record]:
    """Return what there is of a record, oldest first."""
    with phones.database.reading() as connection:
        archive = archive_of(connection, phones)
        latest = archive.record(record)
        assert latest is not None
        found = [archive.record(record, number + 1) for number in range(latest.revision)]
    return [item for item in found if item is not None]


def project(phones: Phones) -> Project:
    """Return the project as it is stored."""
    me = phones.people["1"]
    with phones.database.reading() as connection:
        (found,) = organisations.projects(connection, [me])[me.key]
    return found


def codes(phones: Phones) -> set[str]:
    """Return the codes of those who came in a test."""
    organisation = phones.people["1"].organisation
    with phones.database.reading() as connection:
        found = participants.of(connection, organisation, organisations.EXAMPLE_PROJECT)
    return set(found) - set(organisations.EXAMPLE_PARTICIPANTS)


def conditions(phones: Phones, address: str) -> SaveRecord:
    """Return what somebody saves of a sheet of which a project has one record."""
    person, version = phones.people[address].person, phones.world.current["conditions"].version
    record = Record(
        record=f"of-{person}",
        revision=1,
        project=organisations.EXAMPLE_PROJECT,
        sheet="conditions",
        sheet_version=version,
        level="project",
        moment="continuous",
        subject="",
        person=person,
        observed_on=NOON.date(),
        complete=True,
        remark="",
        values=(),
        set_aside={},
    )
    return SaveRecord(record, single=True)


def test_two_corrections_at_once_end_as_two_revisions(phones: Phones) -> None:
    phones.types("1", *CONTACT)
    (record,) = [item.record for item in listed(phones)]
    for address, answer in (("1", "New"), ("2", "Not known")):
        opens(phones, address, "Change", "A typing mistake", "Change an answer", "Known or new")
        phones.types(address, answer)
    at_once(phones, "Save")
    assert "Somebody saved this registration meanwhile" in phones.screen("2").note
    taps(phones, "2", "Save")
    found = revisions(phones, record)
    mine, other = (phones.people[address].person for address in BOTH)
    assert [item.person for item in found] == [mine, mine, other]
    familiar = [
        value.value for item in found for value in item.values if value.question == "familiar"
    ]
    assert familiar == ["known", "new", ""]


def test_a_correction_and_a_deletion_at_once_leave_the_record_deleted(phones: Phones) -> None:
    phones.types("1", *CONTACT)
    (record,) = [item.record for item in listed(phones)]
    opens(phones, "1", "Delete")
    opens(phones, "2", "Change", "A typing mistake")
    at_once(phones, "Registered twice", "Save")
    assert "Somebody deleted this registration meanwhile" in phones.screen("2").note
    assert listed(phones) == []
    assert [item.deleted for item in revisions(phones, record)] == [False, True]


def test_an_approval_concerns_the_revision_that_was_shown(phones: Phones) -> None:
    phones.types("1", *CONTACT)
    opens(phones, "1", "Change", "A typing mistake")
    opens(phones, "2")
    at_once(phones, "Save", "Approve")
    assert [(item.revision, item.review) for item in listed(phones)] == [(2, "received")]


def test_two_who_come_with_the_same_answers_at_once_are_noticed_and_kept_apart(
    phones: Phones,
) -> None:
    for address in BOTH:
        phones.types(address, "Codes", "New, code from their answers")
    phones.take(*(phones.typed(address, "M2G7IA") for address in BOTH))
    (first,) = codes(phones)
    assert f"The code is {first}." in phones.screen("1").text
    assert "Is it the same person?" in phones.screen("2").text
    taps(phones, "2", "No, somebody else")
    assert len(codes(phones)) == 2


def test_two_whose_answers_lead_to_the_same_code_at_once_get_different_ones(
    database: Database,
) -> None:
    def digest(answers: str) -> str:
        """Return what differs by answers, and always leads to the same code first."""
        return f"{5 + len(ALPHABET) ** SHORTEST * ord(answers[-1]):x}"

    phones = Phones(database, *BOTH, digest=digest)
    for address in BOTH:
        phones.types(address, "English", "Codes", "New, code from their answers")
    phones.take(phones.typed("1", "M2G7IA"), phones.typed("2", "M2G7IB"))
    assert len(codes(phones)) == 2
    for address in BOTH:
        assert any(f"The code is {code}." in phones.screen(address).text for code in codes(phones))
    assert set(phones.updates().values()) == {""}


def test_two_sheets_of_a_project_at_once_change_each_its_own_part(phones: Phones) -> None:
    phones.types("1", "Project sheet", *PLACE, *PLAN)
    phones.types("2", "What is registered", *LONG)
    at_once(phones, "Save")
    found = project(phones)
    assert (found.name, [*found.area_labels.values()]) == ("OpStap", ["Docks"])
    assert "PR04" in found.selection


def test_a_sheet_of_which_there_is_one_stays_one_when_two_save_it_at_once(phones: Phones) -> None:
    for address, answers in (("1", LONG), ("2", SHORT)):
        phones.types(address, "What is registered", *answers)
    at_once(phones, "Save")
    assert "Somebody saved this registration meanwhile" in phones.screen("2").note
    assert "PR04" in project(phones).selection
    taps(phones, "2", "Save")
    (one,) = listed(phones)
    assert [item.revision for item in revisions(phones, one.record)] == [1, 2]
    assert "PR04" not in project(phones).selection


def test_a_sheet_of_which_there_is_one_stays_one_when_two_processes_save_it_at_once(
    postgresql_url: str,
) -> None:
    with closing(Database(postgresql_url, KEYS)) as database, ThreadPoolExecutor(1) as pool:
        phones = Phones(database, *BOTH)

        def save(connection: Connection, address: str) -> None:
            apply(connection, [(phones.people[address], conditions(phones, address))], NOON)

        def also_save() -> None:
            with database.writing() as connection:
                save(connection, "2")

        with database.writing() as connection:
            save(connection, "1")
            other = pool.submit(also_save)
            wait_until_one_waits(database)
        with pytest.raises(RevisionTaken, match="There is another record of conditions"):
            other.result()
