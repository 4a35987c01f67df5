"""A question as rows of the survey: itself, why it has no answer, and what is unusual about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flows.project import Project
from flows.record import Status
from flows.sheet import AREAS, Question, Sheet
from flows.states.wording import STATUS_NAMES
from flows.texts import Interface
from flows.xlsform.lists import ADDED, MARK, MISSING, Cells, Lists
from flows.xlsform.names import Names, renamed
from flows.xlsform.portable import about, answered, both, portable, quoted, with_columns
from flows.xlsform.tongues import Spoken, Tongues, joined

REQUIRED = "required_or_missing"
"""Whether an answer is required, or else a reason; the question itself may stay empty then."""


class Making:
    """What the rows of a form are made with."""

    def __init__(self, sheet: Sheet, interface: Interface, projects: Sequence[Project]) -> None:
        self.sheet = sheet
        self.tongues = Tongues(sheet, interface)
        self.lists = Lists(sheet, projects, self.tongues)
        taken = [*sheet.by_name, *(section.name for section in sheet.sections)]
        self.renamed = renamed(taken)
        self.names = Names([*taken, *self.renamed.values()])
        self.project = self.names.fresh("project")
        self.moment = self.names.fresh("moment")
        self.subject = self.names.fresh("subject")

    def name(self, name: str) -> str:
        """Return what a question or a section is called in the form."""
        return self.renamed.get(name, name)

    def said(self, expression: str) -> str:
        """Return an expression as ODK evaluates it."""
        return portable(expression, self.renamed, self.lists.reasons)

    def text(self, question: Question, column: str) -> Spoken:
        """Return one of a question's texts."""
        return self.tongues.text(f"{self.sheet.name}.{question.name}.{column}")

    def moments(self, question: Question) -> tuple[str, ...]:
        """Return the moments at which a question is asked, in the sheet's order."""
        indicator = self.sheet.by_code.get(question.indicator)
        asked = question.moments or (indicator.moments if indicator else self.sheet.moments)
        return tuple(moment for moment in self.sheet.moments if moment in asked)


@dataclass(frozen=True, slots=True)
class Condition:
    """What an answer has to fulfil, and what is said where it does not."""

    expression: str
    message: Spoken


def rows_of(question: Question, making: Making) -> Iterator[Cells]:
    """Yield the rows of a question that is one row in our sheets too."""
    cells = common(question, making)
    yield cells | _asked(question, making)
    if needs_reason(question, making):
        yield reason(question, making)
    if question.warning:
        yield unusual(question, making)


def common(question: Question, making: Making) -> Cells:
    """Return what every question has: its name and texts, and the columns that are our own."""
    indicator = making.sheet.by_code.get(question.indicator)
    return {
        "type": question.type,
        "name": making.name(question.name),
        "label": making.text(question, "label"),
        "hint": making.text(question, "hint"),
        "guidance_hint": making.text(question, "guidance_hint"),
        "relevant": making.said(question.relevant),
        "appearance": question.appearance,
        "indicator": question.indicator,
        "level": indicator.level if indicator else "",
        "registrar": indicator.registrar if indicator else making.sheet.registrar,
        "cmo": " ".join(indicator.cmo) if indicator else "",
        "moments": " ".join(making.moments(question)),
        "missing": " ".join(question.missing) if is_stored(question) else "",
        "warning": making.said(question.warning),
        "warning_message": making.text(question, "warning_message"),
        "total": question.total,
        "step": str(question.step) if question.type == "counts" else "",
        "quick": " ".join(question.quick),
        "max_length": str(question.max_length) if question.type == "text" else "",
        "free_text": question.free_text if question.type == "text" else "",
    }


def needs_reason(question: Question, making: Making) -> bool:
    """Whether a further question asks why there is no answer, because no choice can say it."""
    has_choices = question.name in making.lists.reasons
    return question.is_asked and bool(question.missing) and not has_choices and is_stored(question)


def is_stored(question: Question) -> bool:
    """Whether the question takes an answer."""
    return question.type not in ("note", "calculate")


def reason(question: Question, making: Making) -> Cells:
    """Return the question why there is no answer; it is there only while there is none."""
    name = making.name(question.name)
    return {
        "type": f"select_one {making.lists.why(question.missing)}",
        "name": making.names.fresh(f"{name}_missing"),
        "label": making.tongues.say(
            "No answer to “{about}”: why?", about=making.text(question, "label")
        ),
        "relevant": both(making.said(question.relevant), f"${{{name}}} = ''"),
        "required": "yes" if question.required else "no",
        MARK: ADDED,
    }


def unusual(question: Question, making: Making) -> Cells:
    """Return the note that an answer is unusual; it stops nobody."""
    name = making.name(question.name)
    given = answered(name, making.lists.reasons.get(question.name, ()))
    warning = about(making.said(question.warning), name)
    return {
        "type": "note",
        "name": making.names.fresh(f"{name}_warning"),
        "label": joined(
            making.text(question, "warning_message"), making.tongues.say("Is that right?")
        ),
        "relevant": both(making.said(question.relevant), f"{given} != ''", f"not({warning})"),
        MARK: ADDED,
    }


def _asked(question: Question, making: Making) -> Cells:
    """Return what differs by type."""
    if question.type == "calculate":
        return {"calculation": making.said(question.calculation)}
    if question.type == "note":
        return {}
    cells = _answer(question, making) | _limits(question, making)
    if not question.is_asked:
        return cells | {"read_only": "yes", "required": "no", **_filled_in(question, making)}
    return cells | {"default": making.said(question.default)}


def _filled_in(question: Question, making: Making) -> Cells:
    text = question.default
    is_expression = "(" in text or "${" in text
    return {"calculation": making.said(text)} if is_expression else {"default": text}


def _answer(question: Question, making: Making) -> Cells:
    required = "yes" if question.required else "no"
    cells: Cells = {"required": required}
    if needs_reason(question, making):
        cells = {"required": "no", REQUIRED: required}
    if question.list_name == AREAS and not making.lists.has_areas:
        return cells | {"type": "text", MARK: f"{question.type} {AREAS}"}
    if question.type.startswith("select"):
        cells["type"] = f"{question.type} {making.lists.of(question)}"
        cells["choice_filter"] = _filter(question, making)
    return cells


def _filter(question: Question, making: Making) -> str:
    if question.list_name == AREAS:
        left = f"project = ${{{making.project}}}"
    else:
        left = with_columns(making.said(question.choice_filter), making.lists.columns(question))
    missing = making.lists.reasons.get(question.name)
    return f"({left}) or {MARK} = '{MISSING}'" if left and missing else left


def _limits(question: Question, making: Making) -> Cells:
    """Return one constraint with one message, of all that an answer has to fulfil."""
    conditions = [*_conditions(question, making)]
    expression = both(*(condition.expression for condition in conditions))
    reasons = making.lists.reasons.get(question.name, ())
    if question.constraint and reasons:
        excused = " or ".join(f"selected(., {quoted(name)})" for name in reasons)
        own, *others = conditions
        expression = both(f"{excused} or ({own.expression})", *(item.expression for item in others))
    message = joined(*(condition.message for condition in conditions))
    return {"constraint": expression, "constraint_message": message}


def _conditions(question: Question, making: Making) -> Iterator[Condition]:
    if question.constraint:
        said = making.said(question.constraint)
        yield Condition(said, making.text(question, "constraint_message"))
    if question.type == "text":
        most = str(question.max_length)
        yield Condition(
            f"string-length(.) <= {most}",
            making.tongues.say("At most {most} characters, please.", most=most),
        )
    if question.type == "select_multiple" and (alone := _alone(question, making)):
        chosen = " or ".join(f"selected(., {quoted(name)})" for name, _ in alone)
        yield Condition(
            f"count-selected(.) <= 1 or not({chosen})",
            making.tongues.say(
                "Not together with another choice: {choices}.",
                choices=joined(*(label for _, label in alone), by=", "),
            ),
        )


def _alone(question: Question, making: Making) -> list[tuple[str, Spoken]]:
    """Return the choices that cannot go together with another one, with their labels."""
    labels = making.sheet.labels
    own = [
        (
            choice.name,
            {lang: labels(question.name, lang)[choice.name] for lang in making.tongues.languages},
        )
        for choice in question.choices
        if choice.exclusive
    ]
    names = making.lists.reasons[question.name]
    reasons = [
        (name, making.tongues.say(STATUS_NAMES[Status(code)]))
        for code, name in zip(question.missing, names, strict=True)
    ]
    return own + reasons
