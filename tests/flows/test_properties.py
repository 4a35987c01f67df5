"""Random walks: whatever a worker does on the way, the record is that of the straight path."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from flows.engine import Edited, Tap, Text, Unusable
from flows.path import Place
from flows.questionnaire import moments
from flows.record import Answer, Record, RecordValue, Status, Value
from flows.session import Session
from flows.sheet import REGISTRARS
from tests.builders import TODAY, Worker, all_of, context, handbook

MOST_STEPS = 400

BEGINNINGS = [
    (sheet.name, moment)
    for sheet in handbook().values()
    for moment in moments(sheet, all_of(sheet), REGISTRARS)
]

Given = Value | Status

SOME: dict[str, list[Value]] = {
    "integer": [0, 1, 2, 3, 5, 12, 60, 120],
    "decimal": ["0", "1.5", "3.5", "12"],
    "date": [
        (TODAY + timedelta(days=days)).isoformat()
        for days in (-400, -45, -9, -1, 0, 60, 200, 400, 700)
    ],
    "text": ["the team changed", "more demand than before"],
    "note": ["read"],
}
"""Answers to try, by question type, where they do not depend on choices."""


TYPED = ["1", "0", "12", "yes", "no", "none", "1/1/2026", "02/2026", "1 0 0 0", "other", "9999999"]
"""What messages are changed to: answers to some questions, and to others not."""


def place_of(worker: Worker) -> Place | None:
    """Return the question at hand."""
    return Session(worker.conversation, worker.world).place


def tap(worker: Worker, action: str) -> None:
    """Tap the button that does this, if it is on the screen."""
    for button in worker.buttons:
        if button.token.endswith(f".{action}"):
            worker.does(Tap(button.token))
            return


def can(worker: Worker, action: str) -> bool:
    """Whether there is a button that does this."""
    return any(button.token.endswith(f".{action}") for button in worker.buttons)


def begin(sheet: str, moment: str) -> Worker:
    """Begin a registration."""
    worker = Worker(context(selected="")).types("/language en", handbook()[sheet].title)
    if can(worker, "subject:K7-N"):
        tap(worker, "subject:K7-N")
    if can(worker, f"moment:{moment}"):
        tap(worker, f"moment:{moment}")
    assert worker.state == "asking"
    return worker


def candidates(place: Place, seed: int) -> Iterator[Given]:
    """Yield answers that may fit a question, in an order that depends on the seed."""
    found = [*_values(place, seed), *(Status(code) for code in place.question.missing)]
    if place.question.type == "date" and place.question.name != "observed_on":
        # The earliest that fits, because a later question may want a day after this one; but
        # the latest for the end of a project, because all that is planned has to lie before it.
        seed = -1 if place.question.name == "ends_on" else 0
    for index in range(len(found)):
        yield found[(index + seed) % len(found)]


def _values(place: Place, seed: int) -> list[Value]:
    names = [choice.name for choice in place.choices]
    if place.question.type == "select_one":
        return list(names)
    if place.question.type == "select_multiple":
        alone = [[choice.name] for choice in place.choices if choice.exclusive]
        others = [choice.name for choice in place.choices if not choice.exclusive]
        return [*alone, *([others[seed % len(others) :][:3], [others[0]]] if others else [])]
    if place.question.type == "counts":
        total = 7 if place.total is None else place.total
        first = total if len(names) == 1 else min(seed % 4, total)
        counts = [first, total - first, *([0] * len(names))][: len(names)]
        return [dict(zip(names, counts, strict=True))]
    return SOME[place.question.type]


def enter(worker: Worker, place: Place, wanted: Given) -> None:
    """Give an answer the way a worker would."""
    if isinstance(wanted, Status):
        tap(worker, f"m:{wanted.value}")
    elif place.question.type == "select_multiple" and isinstance(wanted, list):
        enter_several(worker, place, wanted)
    elif place.question.type in ("select_one", "note"):
        tap(worker, f"v:{wanted}")
    else:
        numbers = wanted.values() if isinstance(wanted, dict) else [wanted]
        worker.does(Text(" ".join(str(number) for number in numbers)))
    if worker.state == "confirming":
        tap(worker, "yes")


def enter_several(worker: Worker, place: Place, wanted: list[str]) -> None:
    """Switch choices until they are those wanted, then tap Done."""
    for choice in sorted(place.choices, key=lambda choice: choice.exclusive):
        verb = "on" if choice.name in wanted else "off"
        tap(worker, f"v:{verb}:{choice.name}") if not choice.exclusive or verb == "on" else None
    tap(worker, "v:done")


def given_now(worker: Worker, name: str) -> Given | None:
    """Return what stands for a question now."""
    draft = worker.conversation.draft
    answer: Answer | None = draft.answers.get(name) if draft else None
    return None if answer is None else answer.value if answer.value is not None else answer.status


def answer_somehow(worker: Worker, place: Place, seed: int) -> Given | None:
    """Try answers until one is taken; return it."""
    name = place.question.name
    for wanted in candidates(place, seed):
        before = worker.conversation
        enter(worker, place, wanted)
        taken = given_now(worker, name)
        if worker.conversation != before and place_of(worker) != place and taken is not None:
            return taken
        if worker.state == "confirming":
            tap(worker, "back")
    return None


def straight(sheet: str, moment: str, seeds: list[int]) -> tuple[Record, dict[str, Given]]:
    """Walk a sheet from beginning to end and return the record with what was answered."""
    worker, answers = begin(sheet, moment), {}
    for step, _ in enumerate(range(MOST_STEPS)):
        place = place_of(worker)
        if place is None:
            break
        taken = answer_somehow(worker, place, seeds[step % len(seeds)])
        assert taken is not None, f"no answer fits {sheet}.{place.question.name}"
        answers[place.question.name] = taken
    assert worker.state == "reviewing"
    tap(worker, "save")
    return worker.saved[-1], answers


def comparable(record: Record) -> tuple[str, bool, tuple[RecordValue, ...]]:
    """Return what must be the same whatever happened on the way."""
    return record.observed_on.isoformat(), record.complete, record.values


seeds = st.lists(st.integers(0, 40), min_size=1, max_size=25)


@given(st.sampled_from(BEGINNINGS), seeds)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_sheet_ends_with_a_record_on_a_straight_walk(
    beginning: tuple[str, str], chosen: list[int]
) -> None:
    record, _ = straight(*beginning, chosen)
    assert record.complete
    assert record.values


ELSEWHERE = ("b", "menu", "enrol", "find", "undo")
"""What leads from the menu to something else than the registration at hand."""


class Detours(RuleBasedStateMachine):
    """A worker who goes back, edits, pauses, taps twice and taps old buttons."""

    @initialize(beginning=st.sampled_from(BEGINNINGS), chosen=seeds)
    def begin(self, beginning: tuple[str, str], chosen: list[int]) -> None:
        self.record, self.answers = straight(*beginning, chosen)
        self.worker = begin(*beginning)
        self.tokens: list[str] = []

    def remember(self) -> None:
        self.tokens += [button.token for button in self.worker.buttons]

    @rule()
    def answer_as_planned(self) -> None:
        self.remember()
        place = place_of(self.worker) if self.worker.state == "asking" else None
        if place is not None and place.question.name in self.answers:
            enter(self.worker, place, self.answers[place.question.name])

    @rule(seed=st.integers(0, 40))
    def answer_otherwise(self, seed: int) -> None:
        self.remember()
        place = place_of(self.worker) if self.worker.state == "asking" else None
        if place is not None:
            answer_somehow(self.worker, place, seed)

    @rule(index=st.integers(0, 200))
    def tap_something_on_the_screen_but_leave_nothing_behind(self, index: int) -> None:
        self.remember()
        harmless = [
            button.token
            for button in self.worker.buttons
            if not button.token.endswith((".save", ".yes", ".discard", ".excuse", ".attribute"))
            and not any(f".{verb}:" in button.token for verb in ELSEWHERE)
        ]
        if harmless:
            self.worker.does(Tap(harmless[index % len(harmless)]))

    @precondition(lambda self: self.tokens)
    @rule(index=st.integers(0, 10_000))
    def tap_an_old_button(self, index: int) -> None:
        token = self.tokens[index % len(self.tokens)]
        if token not in {button.token for button in self.worker.buttons}:
            before = self.worker.conversation.drafts
            self.worker.does(Tap(token))
            assert self.worker.conversation.drafts == before

    @rule(times=st.integers(1, 4))
    def go_back(self, times: int) -> None:
        for _ in islice(iter(int, 1), times):
            if self.worker.state != "idle":
                self.worker.types("/back")

    @rule()
    def pause_and_resume(self) -> None:
        self.worker.types("/pause")
        self.resume()

    @rule(language=st.sampled_from(["en", "nl", "fr", "de"]))
    def change_the_language(self, language: str) -> None:
        self.worker.types(f"/language {language}")

    @rule(
        text=st.sampled_from(
            ["/why", "/status", "/help", "/settings", "/remark", "/language", "???", "99999999"]
        )
    )
    def ask_or_mistype(self, text: str) -> None:
        self.worker.types(text)
        if self.worker.state in ("remarking", "translating"):
            self.worker.types("/back")

    @rule()
    def send_a_photo(self) -> None:
        before = self.worker.conversation.drafts
        self.worker.does(Unusable("photo"))
        assert self.worker.conversation.drafts == before

    @precondition(lambda self: self.worker.conversation.draft is not None)
    @rule(text=st.sampled_from(TYPED), index=st.integers(0, 30))
    def change_a_message(self, text: str, index: int) -> None:
        draft = self.worker.conversation.draft
        assert draft is not None
        names = [*draft.answers, "nothing"]
        self.worker.does(Edited(text, f"{draft.number}.{names[index % len(names)]}"))
        assert self.worker.conversation.draft == draft

    @rule()
    def look_at_the_answers(self) -> None:
        if self.worker.state == "reviewing":
            tap(self.worker, "correct")

    def resume(self) -> None:
        if self.worker.state != "idle":
            return
        if self.worker.conversation.drafts:
            tap(self.worker, f"d:{self.worker.conversation.drafts[0].number}")
        else:
            again = begin(self.record.sheet, self.record.moment)
            self.worker.conversation, self.worker.screen = again.conversation, again.screen

    def teardown(self) -> None:
        if not hasattr(self, "worker"):
            return
        for _ in range(MOST_STEPS):
            self.resume()
            if self.correct_one():
                continue
            if self.worker.state == "reviewing":
                break
        tap(self.worker, "save")
        assert self.worker.saved, f"never ended: {self.worker.screen}"
        assert comparable(self.worker.saved[-1]) == comparable(self.record)

    def correct_one(self) -> bool:
        """Do one thing towards the planned answers; false when all stand as planned."""
        if self.worker.state in (
            "translating",
            "remarking",
            "discarding",
            "choosing",
            "confirming",
        ):
            self.worker.types("/back")
            return True
        if self.worker.state == "asking":
            place = place_of(self.worker)
            assert place is not None
            if (planned := self.answers.get(place.question.name)) is not None:
                enter(self.worker, place, planned)
            if place_of(self.worker) == place:
                # What was planned does not fit yet, while an earlier answer is another one.
                answer_somehow(self.worker, place, 0)
            return True
        return self.correct_in_review()

    def correct_in_review(self) -> bool:
        session = Session(self.worker.conversation, self.worker.world)
        for place in session.path.asked:
            name = place.question.name
            if name in self.answers and given_now(self.worker, name) != self.answers[name]:
                if self.worker.state == "reviewing":
                    tap(self.worker, "correct")
                while not can(self.worker, f"e:{name}"):
                    page = f"page:{self.worker.conversation.page + 1}"
                    assert can(self.worker, page)
                    tap(self.worker, page)
                tap(self.worker, f"e:{name}")
                return True
        if self.worker.state == "correcting":
            self.worker.types("/back")
            return True
        return False


TestDetours = Detours.TestCase
TestDetours.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
