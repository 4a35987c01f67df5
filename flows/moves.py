"""What moves when a plan is changed: every due day and every reminder, before it is saved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from flows.plan import Plan
from flows.schedule import Occasion, Schedule, Standing, stages, state_of
from flows.working_time import Hours, working_day_before

AHEAD = timedelta(days=731)
"""How far a project without an end is looked at."""

OVER = ("done", "not_done")
"""The states in which nobody is reminded any more, so that nothing moves."""


class Times(NamedTuple):
    """When something is due, and on which days people are reminded of it, in order."""

    due: date
    told: tuple[date, ...]


class Move(NamedTuple):
    """What moves together: from `before` to `after`, each earliest first.

    Without `before` it is new, without `after` it falls away. Those of `participants` are summed,
    and so are the periods of a sheet; any other stands for `sheets` that are due on one day.
    """

    moment: str
    number: int
    sheets: tuple[str, ...]
    participants: bool
    before: tuple[Times, ...]
    after: tuple[Times, ...]

    @property
    def size(self) -> int:
        """How many occasions it sums."""
        return max(len(self.before), len(self.after))


_Change = tuple[Occasion, Times | None, Times | None]


def moves(schedule: Schedule, before: Standing, after: Standing, day: date) -> list[Move]:
    """Return what is due or told on another day as a project becomes, the earliest first.

    What is registered already is left out, unless its record would not count for it any more.
    """
    plans = before.project.plan, after.project.plan
    until = max(day + AHEAD, *(plan.ends_on or day for plan in plans))
    was = dict(_times(schedule, before, until, day))
    will = dict(_times(schedule, after, until, day))
    changes: list[_Change] = []
    for key in dict.fromkeys((*was, *will)):
        (one, then), (other, now) = was.get(key, _NOTHING), will.get(key, _NOTHING)
        occasion = other or one
        if occasion and then != now:
            changes.append((occasion, then, now))
    found = [_move(grouped) for grouped in _groups(changes)]
    return sorted(found, key=lambda move: ((move.after or move.before)[0].due, move.moment))


_Known = tuple[Occasion | None, Times | None]
_NOTHING: _Known = (None, None)


def _times(
    schedule: Schedule, standing: Standing, until: date, day: date
) -> Iterator[tuple[str, _Known]]:
    plan = standing.project.plan
    for occasion in schedule.occasions(standing, until):
        if state_of(occasion, standing, day) not in OVER:
            yield occasion.key, (occasion, times(occasion, plan))


def times(occasion: Occasion, plan: Plan) -> Times:
    """Return when an occasion is due and told, to somebody who works the usual days."""
    before = partial(working_day_before, days=Hours().days, region=plan.region)
    return Times(occasion.due, tuple(day for _, day in stages(occasion, before)))


def _groups(changes: Iterable[_Change]) -> Iterable[list[_Change]]:
    found: dict[tuple[object, ...], list[_Change]] = defaultdict(list)
    for occasion, then, now in changes:
        kind = then is None, now is None
        key: tuple[object, ...] = (occasion.moment, occasion.number, then, now)
        if occasion.subject:
            key = (occasion.moment, kind)
        elif occasion.moment == "continuous":
            key = (occasion.sheet, kind)
        found[key].append((occasion, then, now))
    return found.values()


def _move(changes: list[_Change]) -> Move:
    first = changes[0][0]
    sheets = tuple(dict.fromkeys(occasion.sheet for occasion, _, _ in changes))
    summed = bool(first.subject) or first.moment == "continuous"
    counted = changes if summed else changes[:1]
    return Move(
        first.moment,
        0 if summed else first.number,
        sheets,
        bool(first.subject),
        tuple(sorted(then for _, then, _ in counted if then)),
        tuple(sorted(now for _, _, now in counted if now)),
    )
