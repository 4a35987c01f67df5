"""Leaving and handing over: out at once, and nothing under way is lost or disturbed."""

import json
from contextlib import closing
from datetime import timedelta

import pytest

from bot.app import admitted, opened
from bot.handing import change_roles, leave
from bot.staff import StaffProblem, let_go
from flows.effects import Invite
from flows.engine import Text
from flows.project import Project
from flows.team import ADMIN
from storage import invitations, organisations, people, tables
from storage.database import Database
from storage.exported import values
from storage.invitations import Newcomer
from storage.problems import DatabaseProblem
from tests.bot.phones import CHANNEL, NOON, Phones
from tests.bot.program import CONTACT
from tests.keys import KEYS

EN, STAFF = "English", "/people"


def team(database: Database, *addresses: str) -> Phones:
    """Return people with phones; the first one is an admin."""
    phones = Phones(database, *addresses)
    boss = phones.people[addresses[0]]
    with database.writing() as connection:
        people.change_roles(connection, boss.key, [ADMIN, *boss.roles])
    return phones


def goes(phones: Phones, address: str, heir: str = "") -> int:
    with phones.database.writing() as connection:
        code = phones.people[heir].person if heir else ""
        return leave(connection, phones.people[address].key, code, NOON)


def drafts(phones: Phones, address: str) -> list[dict[str, object]]:
    return list(phones.conversation(address).get("drafts", []))


def begun(phones: Phones, address: str, number: int) -> None:
    """Let somebody have so many contacts under way, and stand at the menu."""
    phones.types(address, EN)
    for _ in range(number):
        phones.types(address, "Contact", "Today", "/pause")


def opens(phones: Phones, address: str, about: str) -> None:
    """Let an admin open the entry of somebody."""
    phones.types(address, EN, STAFF)
    phones.take(phones.tapped(address, phones.people[about].person))


def test_whoever_has_left_is_a_stranger_and_nothing_is_sent_to_them(database: Database) -> None:
    phones = team(database, "1", "2")
    phones.types("2", EN)
    tapped = phones.tapped("2", "Contact")
    goes(phones, "2")
    found = phones.take(tapped)
    assert found.outbounds == ()
    assert found.others == (tapped,)
    assert phones.conversation("2")["state"] == "idle"
    assert phones.inbox.behind().outbounds == ()


def test_a_tap_that_waits_behind_the_revocation_does_nothing(database: Database) -> None:
    phones = team(database, "1", "2")
    phones.types("2", EN)
    opens(phones, "1", "2")
    phones.take(phones.tapped("1", "Leaves"))
    first, second = phones.tapped("1", "Nobody for now"), phones.tapped("2", "Contact")
    found = phones.take(first, second)
    assert [outbound.address for outbound in found.outbounds] == ["1"]
    assert found.others == (second,)
    assert phones.conversation("2")["state"] == "idle"
    assert "is out" in phones.screen("1").note


def test_a_tap_that_came_before_the_revocation_counts(database: Database) -> None:
    phones = team(database, "1", "2")
    phones.types("2", EN)
    opens(phones, "1", "2")
    phones.take(phones.tapped("1", "Leaves"))
    phones.take(phones.tapped("2", "Contact"), phones.tapped("1", "Nobody for now"))
    assert phones.conversation("2")["state"] == "asking"


def test_what_is_under_way_goes_to_the_colleague_who_is_not_disturbed(database: Database) -> None:
    phones = team(database, "1", "2", "3")
    begun(phones, "2", 13)
    begun(phones, "3", 12)
    phones.types("3", "Contact", "Yesterday")
    before = phones.screen("3")
    tapped = phones.tapped("3", "Station")
    assert goes(phones, "2", "3") == 13
    assert drafts(phones, "2") == []
    assert len(drafts(phones, "3")) == 26
    assert len({item["number"] for item in drafts(phones, "3")}) == 26
    assert len({item["record"] for item in drafts(phones, "3")}) == 26
    assert phones.turn("3") == before.turn
    phones.take(tapped)
    assert "Where was it" in phones.screen("3").text
    phones.types("3", "/pause")
    assert len([item for item in phones.buttons("3") if item.label.startswith("▸")]) == 12


def test_what_is_handed_over_is_saved_once_and_keeps_its_receipt(database: Database) -> None:
    phones = team(database, "1", "2", "3")
    phones.types("2", EN, *CONTACT[:-1])
    (draft,) = drafts(phones, "2")
    goes(phones, "2", "3")
    phones.types("3", EN)
    phones.take(phones.tapped("3", "▸ Go on: Contact"))
    phones.types("3", "Save")
    with database.reading() as connection:
        found = {(item.record, item.person) for item in values(connection, organisations.EXAMPLE)}
    assert found == {(draft["record"], phones.people["3"].person)}


def test_what_was_given_back_waits_for_the_colleague_and_keeps_who_registered_it(
    database: Database,
) -> None:
    phones = team(database, "1", "2", "3")
    phones.types("2", EN, *CONTACT)
    phones.types("1", EN, "/corrections")
    phones.take(phones.tapped("1", "Contact"))
    phones.types("1", "Send back to change", "Which day?")
    assert "Please look again" in str(phones.types("2", "/start").screen)
    assert goes(phones, "2", "3") == 1
    phones.types("3", EN)
    phones.take(phones.tapped("3", "↩ Please look again"))
    assert phones.conversation("3")["state"] == "amending"
    with database.reading() as connection:
        (person,) = {item.person for item in values(connection, organisations.EXAMPLE)}
    assert person == phones.people["2"].person


def test_nothing_of_a_practice_and_nothing_empty_is_handed_over(database: Database) -> None:
    phones = team(database, "1", "2", "3")
    phones.types("2", EN, "Practise", "Contact", "Today", "/pause", "/start", "Contact")
    assert len(drafts(phones, "2")) == 2
    assert goes(phones, "2", "3") == 0
    assert drafts(phones, "3") == []


def test_what_was_kept_can_be_handed_over_later(database: Database) -> None:
    phones = team(database, "1", "2", "3")
    begun(phones, "2", 1)
    assert goes(phones, "2") == 0
    assert len(drafts(phones, "2")) == 1
    assert goes(phones, "2", "3") == 1
    assert phones.types("3", EN).screen
    assert any(item.label.startswith("▸") for item in phones.buttons("3"))


def test_an_admin_who_takes_over_has_the_work_in_the_own_menu(database: Database) -> None:
    phones = team(database, "1", "2")
    begun(phones, "2", 2)
    opens(phones, "1", "2")
    phones.take(phones.tapped("1", "Leaves"))
    phones.take(phones.tapped("1", phones.people["1"].person))
    assert len(drafts(phones, "1")) == 2
    phones.types("1", "/start")
    assert len([item for item in phones.buttons("1") if item.label.startswith("▸")]) == 2
    with database.reading() as connection:
        assert people.person(connection, CHANNEL, "2") is None


def test_the_link_is_in_the_one_screen_and_nowhere_in_the_database(database: Database) -> None:
    token = "s" * 43
    phones = Phones(database, "1", new_token=lambda: token, bot_name="a_bot")
    phones.types("1", EN, STAFF)
    phones.take(phones.tapped("1", "Invite"))
    screen = phones.screen("1")
    assert f"https://t.me/a_bot?start={token}" in screen.note
    assert screen.copied == f"https://t.me/a_bot?start={token}"
    assert token not in json.dumps(phones.conversation("1"))
    assert token not in str(phones.chat("1"))
    for outbound in phones.another().behind().outbounds:
        assert token not in str(outbound)
    phones.take(phones.typed("99", f"/start {token}"))
    assert "Which language" in phones.screen("99").text


def test_whoever_sits_at_the_terminal_and_has_left_registers_nothing_more(
    sqlite_url: str,
) -> None:
    with closing(Database(sqlite_url, KEYS)) as database:
        registration = opened(database, Phones(database).world)
        registration.take(Text("English"), "en")
        with database.writing() as connection:
            key = (organisations.EXAMPLE, organisations.EXAMPLE_PERSON)
            leave(connection, key, "", NOON)
        with pytest.raises(DatabaseProblem, match="has left"):
            registration.take(Text("1"), "en")


def works(phones: Phones, address: str, *projects: str) -> None:
    """Let somebody be a member of these projects and no other."""
    member, me = tables.memberships, phones.people[address]
    with phones.database.writing() as connection:
        connection.execute(member.delete().where(member.c.person == me.person))
        for project in projects:
            row = {"organisation": me.organisation, "person": me.person, "project": project}
            connection.execute(member.insert(), row)


def another_project(phones: Phones) -> None:
    with phones.database.writing() as connection:
        zwin = Project("zwin", "Zwin", (), ())
        organisations.put(connection, phones.people["1"].organisation, zwin, NOON)


def hands_over(phones: Phones, leaver: str, heir: str) -> list[str]:
    one, other = phones.people[leaver], phones.people[heir]
    with phones.database.writing() as connection:
        return list(let_go(connection, phones.world, one.organisation, one.person, other.person))


def test_work_of_whoever_reaches_all_projects_goes_to_nobody_outside(database: Database) -> None:
    phones = team(database, "1", "2", "3")
    another_project(phones)
    begun(phones, "2", 1)
    with database.writing() as connection:
        everywhere = tables.people.update().where(tables.people.c.id == phones.people["2"].person)
        connection.execute(everywhere.values(everywhere=True, roles=["city_coordinator"]))
    works(phones, "2")
    works(phones, "3", "zwin")
    with pytest.raises(StaffProblem, match="does not work for kompas"):
        hands_over(phones, "2", "3")
    assert len(drafts(phones, "2")) == 1
    works(phones, "3", "zwin", "kompas")
    assert hands_over(phones, "2", "3")[-1].endswith("goes on with what was open: 1.")


def test_what_is_of_another_project_stays_with_whoever_leaves(database: Database) -> None:
    phones = team(database, "1", "2", "3")
    another_project(phones)
    begun(phones, "2", 1)
    works(phones, "2", "zwin")
    works(phones, "3", "zwin")
    assert goes(phones, "2", "3") == 0
    assert (len(drafts(phones, "2")), len(drafts(phones, "3"))) == (1, 0)


@pytest.mark.parametrize("role", ["evaluator", "admin"])
def test_work_goes_only_to_somebody_who_registers(database: Database, role: str) -> None:
    phones = team(database, "1", "2", "3")
    begun(phones, "2", 1)
    with database.writing() as connection:
        people.change_roles(connection, phones.people["3"].key, [role])
    with pytest.raises(StaffProblem, match="registers"):
        hands_over(phones, "2", "3")
    opens(phones, "1", "2")
    phones.take(phones.tapped("1", "Leaves"))
    assert phones.people["3"].person not in str(phones.buttons("1"))
    assert len(drafts(phones, "2")) == 1


def test_whoever_may_invite_less_than_before_lets_nobody_in_any_more(database: Database) -> None:
    phones = team(database, "1", "2")
    boss = phones.people["1"]
    for number, role in enumerate(("admin", "practitioner")):
        invited = Invite(f"I{number}", f"d{number}", (role,), (), NOON + timedelta(days=7))
        with database.writing() as connection:
            invitations.add(connection, boss.organisation, boss.person, invited, NOON)
            change_roles(connection, boss.key, ["admin", "practitioner"], NOON)
    with database.writing() as connection:
        assert {item.state(NOON) for item in invitations.listed(connection, boss.organisation)} == {
            "open"
        }
        change_roles(connection, boss.key, ["project_coordinator"], NOON)
        for digest in ("d0", "d1"):
            stranger = Newcomer(CHANNEL, digest, lambda: "new")
            assert invitations.accept(connection, digest, stranger, NOON) is None


def test_an_admin_who_becomes_a_coordinator_has_the_projects(database: Database) -> None:
    phones = team(database, "1")
    another_project(phones)
    with database.writing() as connection:
        me = admitted(connection, phones.world, CHANNEL, "9", ("admin",))
        change_roles(connection, me.key, ["admin", "project_coordinator"], NOON)
        now = people.person(connection, CHANNEL, "9")
        assert now is not None
        found = organisations.projects(connection, [now])[me.key]
    assert [project.id for project in found] == ["kompas", "zwin"]
