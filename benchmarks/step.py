"""Measures what one step of the conversation costs, without database and channel."""

import json
import statistics
from time import perf_counter

from flows.conversation import restore, snapshot
from flows.engine import Text, step
from tests.builders import Worker

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


def main() -> None:
    """Register many contacts and print the median of a step, alone and with its JSON."""
    alone, stored = [], []
    for _ in range(ROUNDS):
        worker = Worker()
        conversation = worker.conversation
        for text in TYPED:
            begun = perf_counter()
            conversation = restore(json.loads(json.dumps(snapshot(conversation))))
            ready = perf_counter()
            conversation = step(conversation, Text(text), worker.world).conversation
            ended = perf_counter()
            alone.append(ended - ready)
            stored.append(ended - begun)
    print(f"step: median {statistics.median(alone) * 1000:.2f} ms of {len(alone)}")
    print(f"step with its conversation from JSON: median {statistics.median(stored) * 1000:.2f} ms")


if __name__ == "__main__":
    main()
