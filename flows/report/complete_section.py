"""The first section: how much of what was planned is in."""

from flows.completeness import grid
from flows.local import show_full_date
from flows.pictures.completeness import described
from flows.pictures.grid import Grid
from flows.pictures.layout import EMPTY
from flows.pictures.layout import laid_out as grid_laid_out
from flows.report.drawing import chart
from flows.report.matter import Matter
from flows.report.section import Rows, Section
from flows.texts import Say, marked

TITLE = marked("How complete it is")
AS_OF = marked("What was planned, and how much of it is in on {day}, counted in indicators.")
UNTOLD = marked("Of participants is only shown whether all is in, so that nobody can be counted.")
ABOUT = marked("About")
PARTICIPANT = "participant"


def complete_section(matter: Matter, say: Say) -> Section:
    """Return the section; of participants it never tells how much is in."""
    book, standing = matter.book, matter.standing
    found = grid(say, book.schedule, book.current, [standing], matter.day, (PARTICIPANT,))
    if found.is_empty:
        return Section(say(TITLE), say(EMPTY))
    title = say("{label}: {value}", label=standing.project.name, value=say(TITLE))
    is_untold = not all(cell.is_told for cell in found.cells.values())
    return Section(
        say(TITLE),
        say(AS_OF, day=show_full_date(matter.day, say.language)),
        (chart(title, grid_laid_out(found, say), described(found, say)),),
        sentences=tuple(described(found, say).splitlines()),
        tables=(_table(found, say),),
        notes=(say(UNTOLD),) if is_untold else (),
    )


def _table(found: Grid, say: Say) -> Rows:
    rows = (
        (label, *(cell.text for cell in found.row(number)))
        for number, label in enumerate(found.rows)
    )
    return Rows(say(TITLE), (say(ABOUT), *found.columns), tuple(rows))
