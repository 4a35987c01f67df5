"""What a worker is told about themselves, and how an account is erased from the chat."""

from dataclasses import replace
from datetime import date

import pytest

from flows.effects import EraseAccount
from flows.engine import Tap
from flows.record import SUM
from flows.retention import Announced
from tests.builders import Worker, context
from tests.flows.test_snapshot import CONTACT
from tests.memory import Memory

ANNOUNCED = Announced("daily", "kompas", date(2026, 4, 1), date(2024, 3, 31), 512)


def memory(worker: Worker) -> Memory:
    found = worker.world.archive
    assert isinstance(found, Memory)
    return found


def test_whoever_asks_is_told_what_is_stored_and_who_sees_it() -> None:
    text = Worker().types(*CONTACT, "Save", "/mydata").screen.text
    assert "Your code p1, since" in text
    assert "Saved by you: 1 registrations in 1 versions, 0 reviews." in text
    assert "Who sees it" in text


def test_an_account_is_erased_by_its_own_code_only() -> None:
    worker = Worker().types("English", "/mydata").taps("Erase my account")
    for wrong in ("yes", "Yes", "p2", "1"):
        worker.types(wrong)
        assert worker.effects == []
    worker.types("P1")
    assert worker.effects == [EraseAccount()]
    assert worker.screen.rows == ()
    assert worker.screen.text.startswith("Your account is erased.")


def test_a_button_alone_erases_nothing() -> None:
    worker = Worker().types("English", "/mydata").taps("Erase my account")
    assert worker.labels == ["‹ Back"]
    assert worker.taps("‹ Back", "‹ Back").state == "idle"
    assert worker.effects == []


def test_nobody_is_erased_with_something_unfinished() -> None:
    worker = Worker().types("English", "Contact", "today", "/mydata").taps("Erase my account")
    assert "1 registration that is not finished" in worker.screen.note
    assert worker.types("p1").effects == []


def test_whoever_registers_nothing_any_more_may_go_with_what_is_unfinished() -> None:
    worker = Worker().types("English", "Contact", "today", "/help")
    reader = Worker(context(roles=("evaluator",)), worker.conversation)
    reader.types("/mydata").taps("Erase my account").types("p1")
    assert reader.effects == [EraseAccount()]


def test_the_only_admin_is_not_erased() -> None:
    worker = Worker().types("English", "/mydata")
    memory(worker).is_last_admin = True
    worker.taps("Erase my account").types("p1")
    assert worker.effects == []


@pytest.mark.parametrize("language", ["English", "Nederlands", "Français", "Deutsch"])
def test_coordinators_read_where_they_set_up_what_will_be_deleted(language: str) -> None:
    worker = Worker().types(language)
    memory(worker).notices = [ANNOUNCED]
    (token,) = [button.token for button in worker.buttons if button.token.endswith("menu:set_up")]
    worker.does(Tap(token))
    assert "512" in worker.screen.text
    assert "2024" in worker.screen.text


def test_others_read_nothing_of_it() -> None:
    worker = Worker(context(roles=("practitioner",))).types("English")
    memory(worker).notices = [ANNOUNCED]
    assert "512" not in worker.types("/start").screen.text


def test_a_monthly_sum_cannot_be_changed() -> None:
    worker = Worker().types(*CONTACT, "Save")
    kept = memory(worker).records["8F3K-27QM-XJ4T"]
    kept[:] = [replace(kept[0], provenance=SUM)]
    worker.types("/corrections", "8F3K")
    assert worker.screen.text.startswith("This is a monthly sum")
    assert worker.labels == ["‹ Back"]
