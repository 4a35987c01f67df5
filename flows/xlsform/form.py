"""A sheet as the rows of a form: what it is about, and its questions by section and moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from flows.codes import ALPHABET, LONGEST, SHORTEST
from flows.project import Project
from flows.questionnaire import MOMENT_NAMES
from flows.sheet import Question, Sheet
from flows.texts import Interface
from flows.xlsform.counting import counting
from flows.xlsform.lists import ADDED, MARK, Cells
from flows.xlsform.portable import quoted
from flows.xlsform.rows import Making, rows_of
from flows.xlsform.tongues import called, joined

EXAMPLE = "K7-N"
MOST_REMARK = 140


@dataclass(frozen=True, slots=True)
class Form:
    """The rows of the three worksheets, and the languages of their texts."""

    survey: list[Cells]
    choices: list[Cells]
    settings: Cells
    languages: list[str]


def form_of(sheet: Sheet, interface: Interface, projects: Sequence[Project], language: str) -> Form:
    """Return a sheet as a form that opens in this language.

    With `projects` they and their areas can be chosen; without, both are typed.
    """
    making = Making(sheet, interface, projects)
    survey = [*_head(making, projects), *_questions(making), *_remark(making)]
    return Form(survey, making.lists.rows, _settings(making, language), sheet.languages)


def _head(making: Making, projects: Sequence[Project]) -> Iterator[Cells]:
    """Yield what tells one collected form from another, on one screen."""
    sheet, say = making.sheet, making.tongues.say
    title = making.tongues.text(f"{sheet.name}.title")
    yield {
        "type": "begin_group",
        "name": making.names.fresh("about"),
        "label": title,
        "appearance": "field-list",
        MARK: ADDED,
    }
    yield {
        "type": "note",
        "name": making.names.fresh("purpose"),
        "label": joined(
            making.tongues.text(f"{sheet.name}.purpose"),
            say("Never write a name, an address or anything else that points to a person."),
        ),
        MARK: ADDED,
    }
    yield {
        "type": f"select_one {making.lists.of_projects()}" if projects else "text",
        "name": making.project,
        "label": say("Which project?"),
        "required": "yes",
        MARK: ADDED,
    }
    yield _moment(making)
    if sheet.level == "participant":
        yield _subject(making)
    yield {"type": "end_group", MARK: ADDED}


def _moment(making: Making) -> Cells:
    moments = making.sheet.moments
    if len(moments) == 1:
        only = {"type": "calculate", "calculation": quoted(moments[0])}
        return {**only, "name": making.moment, MARK: ADDED}
    return {
        "type": f"select_one {making.lists.of_moments(moments)}",
        "name": making.moment,
        "label": making.tongues.say("Which measurement?"),
        "required": "yes",
        MARK: ADDED,
    }


def _subject(making: Making) -> Cells:
    letter = f"[{''.join(dict.fromkeys(ALPHABET + ALPHABET.lower()))}]"
    shape = making.tongues.say("Only the code, like {code}.", code=EXAMPLE)
    return {
        "type": "text",
        "name": making.subject,
        "label": making.tongues.say("Which participant?"),
        "hint": shape,
        "required": "yes",
        # The check character is worked out by whoever reads the form in; a pattern cannot.
        "constraint": f"regex(., '^{letter}{{{SHORTEST},{LONGEST}}}-?{letter}$')",
        "constraint_message": shape,
        MARK: ADDED,
    }


def _questions(making: Making) -> Iterator[Cells]:
    labels = {section.name: section.label for section in making.sheet.sections}
    for name, questions in groupby(making.sheet.questions, key=lambda question: question.section):
        if name not in labels:
            yield from _by_moment(list(questions), making)
            continue
        yield {
            "type": "begin_group",
            "name": making.name(name),
            "label": making.tongues.text(f"{making.sheet.name}.{name}.label"),
        }
        yield from _by_moment(list(questions), making)
        yield {"type": "end_group"}


def _by_moment(questions: list[Question], making: Making) -> Iterator[Cells]:
    """Yield questions; those of some moments only in groups that are there only then."""
    for moments, some in groupby(questions, key=making.moments):
        rows = [
            row
            for question in some
            for row in (counting if question.type == "counts" else rows_of)(question, making)
        ]
        if moments == making.sheet.moments:
            yield from rows
            continue
        yield _only_at(moments, making)
        yield from rows
        yield {"type": "end_group", MARK: ADDED}


def _only_at(moments: tuple[str, ...], making: Making) -> Cells:
    asked = " or ".join(f"${{{making.moment}}} = {quoted(moment)}" for moment in moments)
    names = [making.tongues.say(MOMENT_NAMES[moment]) for moment in moments]
    return {
        "type": "begin_group",
        "name": making.names.fresh("_".join(["at", *moments])),
        "label": joined(*names, by=", "),
        "relevant": asked or "false()",
        MARK: ADDED,
    }


def _remark(making: Making) -> Iterator[Cells]:
    if making.sheet.remarks:
        most = making.tongues.say("At most {most} characters, please.", most=str(MOST_REMARK))
        yield {
            "type": "text",
            "name": making.names.fresh("remark"),
            "label": making.tongues.say("Remark"),
            "hint": most,
            "required": "no",
            "constraint": f"string-length(.) <= {MOST_REMARK}",
            "constraint_message": most,
            MARK: ADDED,
        }


def _settings(making: Making, language: str) -> Cells:
    sheet = making.sheet
    names = [making.project, making.moment]
    names += [making.subject] if sheet.level == "participant" else []
    names += [making.name(sheet.observed_on)] if sheet.observed_on in sheet.by_name else []
    told = ", ' ', ".join(f"${{{name}}}" for name in names)
    return {
        "form_title": sheet.text(language, f"{sheet.name}.title"),
        "form_id": sheet.name,
        "version": str(sheet.version),
        "default_language": called(language),
        "instance_name": f"concat({told})",
        "allow_choice_duplicates": "yes" if making.lists.has_duplicates else "",
        "level": sheet.level,
        "moments": " ".join(sheet.moments),
        "menu": sheet.menu,
        "order": str(sheet.order),
        "registrar": sheet.registrar,
        "single": "yes" if sheet.single else "no",
        "remarks": "yes" if sheet.remarks else "no",
        "purpose": sheet.text(language, f"{sheet.name}.purpose"),
        "source": sheet.source,
        "observed_on": sheet.observed_on,
    }
