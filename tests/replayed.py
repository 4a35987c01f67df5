"""What an evaluator makes of the ledger alone: the values that an export has."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from flows.archive.ledger import Saved
from flows.archive.tables import Review
from flows.exports.dataset import Block
from flows.record import ExportedAnswer, ExportedRecord, Record


def replayed(
    organisation: str, names: Mapping[str, str], saved: Iterable[Saved], reviews: Iterable[Review]
) -> list[Block]:
    """Return the latest revision of each record with its values, in the order of an export.

    What was deleted is left out, and what does not count goes on not to.
    """
    said = {item.record: item for item in reviews}
    found = [*_latest(organisation, names, saved, said)]
    return sorted(found, key=lambda block: _order(block[0]))


def _latest(
    organisation: str,
    names: Mapping[str, str],
    saved: Iterable[Saved],
    said: Mapping[str, Review],
) -> Iterator[Block]:
    for _, revisions in groupby(saved, key=lambda item: item[0].record):
        (first, _), *rest = listed = [*revisions]
        last, at = listed[-1]
        if last.deleted or not last.values:
            continue
        assert [item.revision for item, _ in listed] == [*range(1, len(rest) + 2)]
        about = {name: getattr(last, name) for name in Record.__slots__}
        about |= {"person": first.person, "record_remark": last.remark, "submitted_at": at}
        about |= {"organisation": organisation, "project_name": names[last.project]}
        about |= {"review": _review(last, said.get(last.record))}
        about |= {"entered_at": listed[0][1]}
        values = [
            ExportedAnswer(*(getattr(v, n) for n in ExportedAnswer._fields)) for v in last.values
        ]
        yield ExportedRecord(**{name: about[name] for name in ExportedRecord._fields}), values


def _review(record: Record, said: Review | None) -> str:
    counts = said and (said.state == "not_counted" or said.revision == record.revision)
    return said.state if said and counts else "received"


def _order(of: ExportedRecord) -> tuple[object, ...]:
    return (
        *(of.project, of.level, of.moment, of.subject, of.observed_on, of.submitted_at),
        *(of.organisation, of.record),
    )
