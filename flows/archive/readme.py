"""What an archive says of itself to people."""

from collections.abc import Collection, Iterator

from flows.archive.documents import PROJECTS, SHEETS
from flows.texts import Say, marked

README = "README.md"

TITLE = marked("{name}: an archive of what was registered")
FILES = {
    "data/long.csv": marked(
        "A row for each value, as each record was saved last. Where a value is missing, “status”"
        " and “reason” say why."
    ),
    "data/wide.csv": marked("A row for each record. The status of a question stands before it."),
    "grid.csv": marked(
        "A row for all that the plan asks for, also for what is missing, as it was on the day that"
        " manifest.json calls “as_of”."
    ),
    "comparability.csv": marked(
        "What was changed in an indicator's wording, choices, unit or limits between two moments."
    ),
    "codebook.csv": marked("What each question and each code means, in all languages."),
    "ledger/revisions.csv": marked(
        "A row for each time that a record was saved: by whom (a code), when, and why once more."
    ),
    "ledger/changes.csv": marked(
        "A row for each value that was added, changed or removed then. From the first row to the"
        " last, they give exactly the values of data/long.csv."
    ),
    "ledger/reviews.csv": marked("What coordinators said of records."),
    PROJECTS: marked("The projects, with their areas, their indicators and their plans."),
    "plan/participants.csv": marked("Since which day each participant takes part, by code."),
    "plan/decisions.csv": marked(
        "What was decided about something that was due: another day, why it was not done, or who"
        " does it."
    ),
    SHEETS: marked("Each questionnaire in each version, with its translations."),
    "datapackage.json": marked(
        "What each column holds, as a Data Package that R, Python and other programs read."
    ),
    "manifest.json": marked(
        "What was left out, if anything, and the rows, the size and the SHA-256 of each file."
    ),
}
NOTES = (
    marked(
        "People are codes here, and nobody is named. Small numbers are not hidden: if you publish"
        " something from these files, do that first."
    ),
    marked("If a text looks like a formula to a spreadsheet, it has a ' before it."),
    marked(
        "`meetmoment import` reads all of this into a Meetmoment without this organisation. What"
        " that exports is the same, byte for byte."
    ),
)


def readme(say: Say, name: str, written: Collection[str]) -> str:
    """Return what stands in README.md about these files."""
    return "\n".join(_lines(say, name, written))


def _lines(say: Say, name: str, written: Collection[str]) -> Iterator[str]:
    yield f"# {say(TITLE, name=name)}\n"
    for file, text in FILES.items():
        if file in written or file == SHEETS or file.count(".json"):
            yield f"- `{file}`: {say(text)}"
    for text in NOTES:
        yield f"\n{say(text)}"
    yield ""
