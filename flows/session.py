"""One turn in the making: what the states read and change while a step runs."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from flows.context import Context
from flows.conversation import Conversation, Draft, StaleConversation, moved
from flows.effects import Effect
from flows.kinds import Asking
from flows.matching import Option
from flows.path import Path, PathFinder, Place, permits
from flows.practice import project_of
from flows.project import Project
from flows.questionnaire import questionnaire
from flows.record import Answer, Status
from flows.sheet import Question, Sheet
from flows.texts import Say


@dataclass(frozen=True, slots=True)
class Screen:
    """What a state shows: a head (where am I), a text and rows of buttons.

    `digits` says that typed digits are the answer, so that buttons are numbered "#1"; `more`
    that there is more to choose from than is shown, so that words may mean something else.
    """

    text: str
    rows: list[list[Option]]
    head: str = ""
    digits: bool = False
    more: bool = False


class _Here(NamedTuple):
    """Where a conversation is: its draft, and what comes of it."""

    conversation: Conversation
    draft: Draft
    sheet: Sheet
    path: Path
    place: Place | None


@dataclass
class Session:
    """A step's conversation while it changes, and what comes out beside it.

    `answered` is the last answer that was put into a draft: "number of the draft.question".
    `walked` keeps the paths that were worked out, since several states ask for the same one.
    `copied` is a text of this one screen that the channel lets a person copy: an invitation.
    With `buttons_only` nobody will read the screen, so that a state may leave out its text.
    """

    conversation: Conversation
    context: Context
    effects: list[Effect] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    receipts: list[str] = field(default_factory=list)
    answered: str = ""
    copied: str = ""
    walked: dict[int, Path] = field(default_factory=dict)
    buttons_only: bool = False
    _here: "_Here | None" = None

    @property
    def say(self) -> Say:
        """The worker's language."""
        return self.context.interface.say(self.conversation.language)

    def as_shown(self, conversation: Conversation) -> "Session":
        """Return a session that looks at the conversation as it was shown before this step."""
        return Session(conversation, self.context, walked=self.walked, buttons_only=True)

    def option(self, text: str, action: str) -> Option:
        """Return a button of the interface, understood in every language when typed."""
        return self.context.interface.button(self.conversation.language, text, action)

    def move(self, trigger: str, **changes: Any) -> None:
        """Fire a trigger of the conversation's life and change what goes with it."""
        state = moved(self.conversation.state, trigger)
        self.conversation = replace(self.conversation, state=state, **changes)

    def change(self, **changes: Any) -> None:
        """Change the conversation without leaving its state."""
        self.conversation = replace(self.conversation, **changes)

    def change_draft(self, **changes: Any) -> None:
        """Change the draft that is being answered."""
        drafts = tuple(
            replace(draft, **changes) if draft.number == self.conversation.current else draft
            for draft in self.conversation.drafts
        )
        self.change(drafts=drafts)

    def change_project(self, project: Project) -> None:
        """Let the rest of this step see a project as it becomes, or one that is made."""
        others = [item for item in self.context.projects if item.id != project.id]
        projects = sorted((*others, project), key=lambda item: (item.name, item.id))
        self.context = replace(self.context, projects=tuple(projects))

    @property
    def draft(self) -> Draft:
        """The draft that is being answered; the states that use it always have one."""
        return self._found().draft

    @property
    def sheet(self) -> Sheet:
        """The sheet of the draft, in the version that it began with."""
        return self._found().sheet

    def open(self, draft: Draft) -> None:
        """Add a registration to the conversation and go on with it."""
        drafts = (*self.conversation.drafts, draft)
        self.change(drafts=drafts, current=draft.number, last_number=draft.number)

    def sheet_of(self, draft: Draft) -> Sheet:
        """Return the sheet that a draft began with; StaleConversation when it was not kept."""
        sheet = self.context.sheets.get((draft.sheet, draft.version))
        if sheet is None:
            message = f"sheet {draft.sheet} version {draft.version} is not in this database"
            raise StaleConversation(message)
        return sheet

    @property
    def path(self) -> Path:
        """The draft's path as it is now."""
        return self._found().path

    @property
    def place(self) -> Place | None:
        """The question at hand: the one gone back to, else the first that is open."""
        return self._found().place

    def path_of(self, draft: Draft) -> Path:
        """Return a draft's path."""
        path = self.walked.get(draft.number)
        if path is None:
            questions = asked(self.sheet_of(draft), draft)
            path = self.walked[draft.number] = self.finder(draft).walk(questions, draft.answers)
        elif path.answers is not draft.answers:
            path = self.walked[draft.number] = self.finder(draft).again(path, draft.answers)
        return path

    def finder(self, draft: Draft) -> PathFinder:
        """Return what walks a draft's questions."""
        return PathFinder(self.sheet_of(draft), draft.areas, draft.indicators, self.context.today)

    def _found(self) -> "_Here":
        """Return where the conversation is; worked out once for each change of it."""
        here = self._here
        if here is None or here.conversation is not self.conversation:
            here = self._here = self._looked_up()
        return here

    def _looked_up(self) -> "_Here":
        draft = self.conversation.draft
        if draft is None:
            message = f"state {self.conversation.state} without a registration under way"
            raise StaleConversation(message)
        path = self.path_of(draft)
        place = (path.place(draft.focus) if draft.focus else None) or path.open
        return _Here(self.conversation, draft, self.sheet_of(draft), path, place)

    def asking(self, place: Place, entry: object = None, page: int = 0) -> Asking:
        """Return a place's question as it is put to this worker."""
        question, instance, say = place.question, self.path.instance, self.say
        languages = tuple(self.context.interface.languages)
        finder = self.finder(self.draft)
        return Asking(
            question,
            place.choices,
            finder.labels(question, say.language),
            finder.labels_everywhere(question, languages),
            entry,
            place.total,
            place.default,
            self.context.today,
            say,
            page,
            lambda value: permits(
                question.constraint, question, Answer(Status.ANSWERED, value), instance
            ),
            self.context.names,
        )

    def text(self, question: Question, column: str) -> str:
        """Return a text of a question of the current sheet in the worker's language."""
        return self.sheet.text(
            self.conversation.language, f"{self.sheet.name}.{question.name}.{column}"
        )

    def project(self, project: str) -> Project | None:
        """Return a project by its id, if the person still has it, or the one for practice."""
        return project_of(self.context, project, self.say)

    def project_of(self, draft: Draft) -> Project | None:
        """Return a draft's project, if the person still has it."""
        return self.project(draft.project)


def asked(sheet: Sheet, draft: Draft) -> tuple[Question, ...]:
    """Return the questions that a draft asks."""
    return questionnaire(sheet, draft.moment, draft.indicators, draft.roles, draft.registrars)
