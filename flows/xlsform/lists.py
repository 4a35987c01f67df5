"""The lists of choices of a form, with the reasons for a missing answer as further choices."""

from collections.abc import Sequence

from flows.project import Project
from flows.questionnaire import MOMENT_NAMES
from flows.record import Status
from flows.sheet import AREAS, Question, Sheet, choice_key
from flows.states.wording import STATUS_NAMES
from flows.xlsform.names import Names, renamed
from flows.xlsform.tongues import Spoken, Tongues

Cells = dict[str, str | Spoken]
"""One row: what stands in each column, in all languages where the column has them."""

MARK = "meetmoment"
"""The column of what the form has and the sheet has not."""
ADDED, MISSING = "added", "missing"
"""What stands in it for what is added, and for a choice that is a reason for a missing answer."""

RESERVED = frozenset(
    {
        *("list_name", "list name", "name", "value", "label", "caption", "media"),
        *("image", "big-image", "audio", "video", "geometry", MARK, "exclusive", "indicators"),
    }
)
"""Columns of the choices that mean something already."""


class Lists:
    """The lists that the questions of a sheet use.

    A list to which some of its questions have reasons and others have none becomes two.
    """

    def __init__(self, sheet: Sheet, projects: Sequence[Project], tongues: Tongues) -> None:
        self.rows: list[Cells] = []
        self.has_areas = any(project.area_labels for project in projects)
        self._projects, self._tongues = projects, tongues
        self._written: dict[tuple[str, tuple[str, ...]], str] = {}
        self._lists = Names(question.list_name for question in sheet.questions)
        self.reasons = {
            question.name: reasons_of(question)
            for question in sheet.questions
            if question.type.startswith("select")
            and (question.list_name != AREAS or self.has_areas)
        }
        self._bare = {
            question.list_name
            for question in sheet.questions
            if question.list_name and not self.reasons.get(question.name)
        }

    @property
    def has_duplicates(self) -> bool:
        """Whether two projects call an area the same."""
        names = [(row["list_name"], row["name"]) for row in self.rows]
        return len(set(names)) < len(names)

    def of(self, question: Question) -> str:
        """Return the name of a question's list, and write the list if it is not there yet."""
        reasons = self.reasons.get(question.name, ())
        key = (own := question.list_name, reasons)
        if key not in self._written:
            name = self._lists.fresh(f"{own}_or_missing") if reasons and own in self._bare else own
            self._written[key] = name
            self.rows += self._areas(name) if own == AREAS else self._choices(name, question)
            self.rows += self._reasons(name, question.missing if reasons else (), reasons)
        return self._written[key]

    def of_projects(self) -> str:
        """Return the name of the list of the projects, and write it."""
        name = self._lists.fresh("project")
        self.rows += [self._place(name, project.id, project.name) for project in self._projects]
        return name

    def of_moments(self, moments: Sequence[str]) -> str:
        """Return the name of the list of these moments, and write it."""
        name = self._lists.fresh("moment")
        for moment in moments:
            label = self._tongues.say(MOMENT_NAMES[moment])
            self.rows.append({"list_name": name, "name": moment, "label": label, MARK: ADDED})
        return name

    def why(self, missing: tuple[str, ...]) -> str:
        """Return the name of a list that holds these reasons only."""
        key = ("", missing)
        if key not in self._written:
            self._written[key] = self._lists.fresh("why_missing")
            self.rows += self._reasons(self._written[key], missing, missing)
        return self._written[key]

    def columns(self, question: Question) -> dict[str, str]:
        """Return what the columns of a question's choices are called that are called otherwise."""
        return renamed(
            dict.fromkeys(name for choice in question.choices for name in choice.columns), RESERVED
        )

    def _areas(self, list_name: str) -> list[Cells]:
        return [
            {**self._place(list_name, name, label), "project": project.id}
            for project in self._projects
            for name, label in project.area_labels.items()
        ]

    def _place(self, list_name: str, name: str, label: str) -> Cells:
        spoken = self._tongues.every(label)
        return {"list_name": list_name, "name": name, "label": spoken, MARK: ADDED}

    def _choices(self, list_name: str, question: Question) -> list[Cells]:
        renamed = self.columns(question)
        return [
            {
                "list_name": list_name,
                "name": choice.name,
                "label": self._tongues.text(choice_key(question, choice.name)),
                **{renamed.get(name, name): text for name, text in choice.columns.items()},
                "exclusive": "yes" if choice.exclusive else "",
                "indicators": " ".join(choice.indicators),
            }
            for choice in question.choices
        ]

    def _reasons(
        self, list_name: str, missing: tuple[str, ...], names: tuple[str, ...]
    ) -> list[Cells]:
        return [
            {
                "list_name": list_name,
                "name": name,
                "label": self._tongues.say(STATUS_NAMES[Status(code)]),
                MARK: MISSING,
            }
            for code, name in zip(missing, names, strict=True)
        ]


def reasons_of(question: Question) -> tuple[str, ...]:
    """Return the names of the choices that stand for a missing answer of this question."""
    names = Names(choice.name for choice in question.choices)
    return tuple(names.fresh(code) for code in question.missing)
