"""What an export is made from: one consistent view of the records, and all that explains them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo

from flows.crosswalks import NONE, Crosswalks
from flows.evaluation.suppression import THRESHOLD
from flows.exports.filter import EVERYTHING, Filter
from flows.record import ExportedAnswer, ExportedRecord, ExportedValue
from flows.schedule import Schedule, Standing
from flows.sheet import Sheet

Sheets = Mapping[tuple[str, int], Sheet]
Areas = Mapping[tuple[str, str], str]
Block = tuple[ExportedRecord, Sequence[ExportedAnswer]]
"""A record with its values, by position and category."""


@dataclass(frozen=True)
class Dataset:
    """All that formats read, of one organisation at one instant.

    `blocks` makes a new stream of the records at each call, by project, level, moment, subject,
    day and time; they are read once and never held together. `sheets` are all released versions,
    `current` those that are begun now, by name. `areas` gives the label of a project's area by
    (project, name). Labels come in `languages`, the first one where there is room for one only.
    `standings` are the projects with their plans, of which `as_of` tells what is due; days are
    those of `zone`. A count of people below `threshold` is not shown in what is passed on. `whole`
    makes the stream with all that the projects registered, whatever else the filter leaves out; it
    is `blocks` where there is none.
    """

    blocks: Callable[[], Iterator[Block]]
    sheets: Sheets
    areas: Areas
    as_of: date
    languages: tuple[str, ...] = ("en",)
    organisation: str = ""
    crosswalks: Crosswalks = NONE
    current: Mapping[str, Sheet] = field(default_factory=dict)
    standings: Sequence[Standing] = ()
    filter: Filter = EVERYTHING
    threshold: int = THRESHOLD
    zone: tzinfo = UTC
    whole: Callable[[], Iterator[Block]] | None = None

    @property
    def language(self) -> str:
        """The language of labels where there is room for one."""
        return self.languages[0]

    @property
    def schedule(self) -> Schedule:
        """What works out what is due."""
        return Schedule(self.current.values())

    def unnarrowed(self) -> Iterator[Block]:
        """Return a new stream of all that the projects registered, in the order of `blocks`."""
        return (self.whole or self.blocks)()

    def values(self) -> Iterator[ExportedValue]:
        """Return a new stream of all values, each with what is known of its record."""
        for about, answers in self.blocks():
            for answer in answers:
                yield ExportedValue(*about, *answer)
