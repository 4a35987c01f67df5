"""Measures what one step of the conversation costs, without database and channel."""

import json
import statistics
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from flows.conversation import Conversation, restore, snapshot
from flows.engine import Event, Message, Tap, Text, step
from flows.sheet import Sheet
from tests.builders import TODAY, Worker, context, sheets_of

ROUNDS = 200
TYPED = [
    "/language nl",
    "Contact",
    "1",
    "1",
    "1",
    "1",
    "1",
    "Leeftijd en gender",
    "Klaar",
    "0 1 0 0 0 0 0",
    "0 1 0 0",
    "1",
]
CONTACT = [
    "b:contact",
    f"v:{TODAY}",
    "v:park",
    "v:public_space",
    "v:person",
    "v:known",
    "v:on:profile",
    "v:done",
    "v:set:18_24:1",
    "v:set:man:1",
    "save",
]
HALF_WAY = 6
"""How many taps lead to the middle of a contact."""
TEN = ["b:tiny", f"v:{TODAY}", *(["v:food"] * 10), "save"]

Next = Callable[[Message], Event]


def main() -> None:
    """Register many contacts and print the median of a step, alone and with its JSON."""
    languages = context().interface.languages
    ten = context(ten_questions(languages))
    contact = Worker().types("/language nl")
    half_way = replayed(contact, [tapping(action) for action in CONTACT[:HALF_WAY]])
    typed = [typing(text) for text in TYPED]
    report("typed, contact", measured(Worker, typed))
    report("typed, contact, with JSON", measured(Worker, typed, stored))
    taps = [tapping(action) for action in CONTACT]
    report("tap, contact", measured(lambda: contact, taps))
    report("tap, contact, with JSON", measured(lambda: contact, taps, stored))
    taps = [tapping(action) for action in TEN]
    newcomer = Worker(ten).types("/language nl")
    report("tap, ten questions", measured(lambda: newcomer, taps))
    report("tap, ten questions, with JSON", measured(lambda: newcomer, taps, stored))
    report("JSON of a contact half-way", [timed(half_way.conversation) for _ in range(2000)])


def ten_questions(languages: Iterable[str]) -> Mapping[str, Sheet]:
    """Return a handbook with one sheet of ten choices, in every language."""
    survey = "".join(
        f"  - type: select_one needs\n    name: need_{number}\n    label: Question {number}?\n"
        f"{'    indicator: T1' if number == 1 else ''}\n"
        for number in range(1, 11)
    )
    with tempfile.TemporaryDirectory() as folder:
        sheets = sheets_of(Path(folder), survey)
    return {
        name: replace(sheet, texts=dict.fromkeys(languages, sheet.sources))
        for name, sheet in sheets.items()
    }


def typing(text: str) -> Next:
    """Return what types a text."""
    return lambda _: Text(text)


def tapping(action: str) -> Next:
    """Return what taps the button that does this."""

    def tap(screen: Message) -> Event:
        tokens = [button.token for row in screen.rows for button in row]
        return Tap(next(token for token in tokens if token.endswith(f".{action}")))

    return tap


def replayed(worker: Worker, events: list[Next]) -> Worker:
    """Return a worker who has done all this."""
    later = Worker(worker.world, worker.conversation)
    for event in events:
        later.does(event(later.screen))
    return later


def stored(conversation: Conversation) -> Conversation:
    """Write a conversation and read it again."""
    return restore(json.loads(json.dumps(snapshot(conversation))))


def measured(
    beginner: Callable[[], Worker],
    events: list[Next],
    through: Callable[[Conversation], Conversation] = lambda conversation: conversation,
) -> list[float]:
    """Return how long each step took, in many rounds of the same events."""
    times = []
    for _ in range(ROUNDS):
        worker = beginner()
        conversation, screen = worker.conversation, worker.screen
        for event in events:
            following = event(screen)
            begun = perf_counter()
            turn = step(through(conversation), following, worker.world)
            times.append(perf_counter() - begun)
            conversation, screen = turn.conversation, turn.messages[-1]
    return times


def timed(conversation: Conversation) -> float:
    """Return how long a conversation's way through JSON takes."""
    begun = perf_counter()
    stored(conversation)
    return perf_counter() - begun


def report(what: str, times: list[float]) -> None:
    """Print a median."""
    print(f"{what + ':':32} median {statistics.median(times) * 1000:.3f} ms of {len(times)}")


if __name__ == "__main__":
    main()
