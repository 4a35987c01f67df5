"""What simulated people do in their chats: register, enrol, coordinate, go away."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from bot.simulation.answering import ASKED, Answering
from bot.simulation.chats import Shown, action_of
from bot.simulation.diary import Diary
from bot.simulation.people import Person
from bot.simulation.telling import buttons
from bot.simulation.town import Town
from flows.due import DAY
from flows.sending import Notification

PERIOD = re.compile(r"(\d\d)/(\d\d)-(\d\d)/(\d\d)")
"""How a button says which days something is about."""

WORKING = "worker"
"""What the codes of those begin with who work in the street."""

AT_ONCE = 6
"""So much somebody registers in one go."""

TAKES = timedelta(minutes=4)


class Acts:
    """What one person can do; everything goes through the conversation."""

    def __init__(self, town: Town, diary: Diary, person: Person) -> None:
        self._town = town
        self._diary = diary
        self.person = person
        self.chance: Random = town.chance(person.name)
        self._answers = Answering(town.chats, person.name, town.sheets, self.chance)

    def comes_in(self) -> None:
        """Choose a language and accept the notice."""
        self._types(self._town.setup.language)
        shown = self._types("/start")
        if accept := shown.having("accept"):
            self._taps(accept[0].token)

    def answers(self, told: Notification) -> None:
        """Register what a message tells, by its own buttons, and what is due beside it."""
        for button in buttons(told, "due"):
            self._registers(self._taps(button.token), button.label)
        for button in buttons(told, "today"):
            self._works_off(self._taps(button.token))

    def comes_back(self) -> None:
        """Let the bot in again that was blocked, and register what is due."""
        self._town.chats.comes_back(self.person.name)
        self._says("can be reached again")
        self._works_off(self._types("/today"))

    def _works_off(self, shown: Shown) -> None:
        for _ in range(AT_ONCE):
            due = shown.having("due")
            if not due:
                return
            self._registers(self._taps(due[0].token), due[0].label)
            shown = self._types("/today")

    def puts_off(self, told: Notification) -> None:
        """Tap that it does not suit today."""
        for button in buttons(told, "snooze"):
            self._says(self._taps(button.token).screen.note)

    def registers(self, sheet: str, wanted: Mapping[str, str] | None = None) -> None:
        """Register something that nobody asked for, where the project registers it."""
        self._types("/start")
        shown = self._types(sheet)
        for verb in ("moment", "subject"):
            if some := shown.having(verb):
                shown = self._taps(some[0].token)
        if shown.having(*ASKED):
            self._registers(shown, "", wanted)

    def leaves_one(self, code: str) -> None:
        """Register that a participant left."""
        self._types("/start")
        shown = self._types("exit")
        if shown.having("subject"):
            shown = self._types(code)
        if shown.having(*ASKED):
            self._registers(shown, "")

    def enrols(self, *, is_begun: bool) -> str:
        """Give a participant a code, begin the baseline at once or not; return the code."""
        shown = self._taps(self._types("/start").having("enrol")[0].token)
        shown = self._taps(shown.having("make")[0].token)
        code = re.search(r"\b[A-Z0-9]+-[A-Z0-9]\b", shown.screen.text)
        self._says(f"enrols {code[0] if code else '?'}")
        begin = shown.having("begin")
        if is_begun and begin:
            self._registers(self._taps(begin[0].token), "")
        return code[0] if code else ""

    def mutes(self, how: str) -> None:
        """Want to hear nothing until further notice, or to hear of things again."""
        shown = self._types("/reminders")
        for button in shown.having("mute"):
            if action_of(button.token) == f"mute:{how}":
                self._taps(button.token)
                self._says("mutes reminders" if how == "on" else "wants reminders again")

    def declines(self) -> None:
        """Want no overview any more."""
        shown = self._tap_action(self._types("/reminders"), "rhythm:digest")
        self._tap_action(shown, "digest:off")
        self._says("wants no overview any more")

    def reminds(self, told: Notification) -> bool:
        """Remind of the first thing that an overview offers; return whether there was one."""
        for button in buttons(told, "remind"):
            self._says(f"[{button.label}] {self._taps(button.token).screen.note}")
            return True
        return False

    def extends(self) -> bool:
        """Give the most urgent thing on the list a week more; return whether there was one."""
        shown = self._types("/overview")
        for verb in ("item", "extend", "until"):
            some = shown.having(verb)
            if not some:
                return False
            if verb == "item":
                title = some[0].label
            shown = self._taps(some[0].token)
        self._says(f"{title}: {shown.screen.note}")
        return True

    def lets_go(self, person: str) -> None:
        """Take somebody out who leaves; a colleague goes on with their work if there is one."""
        shown = self._types("/people")
        for wanted in (f"person:{person}", "leaves"):
            shown = self._tap_action(shown, wanted)
        heirs = shown.having("heir")
        # Those who coordinate come first, by their codes, and a colleague is meant.
        colleague = next((item for item in heirs if WORKING in item.label), heirs[-1])
        shown = self._taps(colleague.token)
        self._says(shown.screen.note)

    def _tap_action(self, shown: Shown, wanted: str) -> Shown:
        """Tap the button that does this, on whichever page it is."""
        for _ in range(AT_ONCE):
            for button in shown.buttons:
                if action_of(button.token) == wanted:
                    return self._taps(button.token)
            shown = self._taps(shown.having("page")[-1].token)
        message = f"{self.person.name} finds no {wanted}"
        raise RuntimeError(message)

    def _registers(self, shown: Shown, label: str, wanted: Mapping[str, str] | None = None) -> None:
        day = _day_of(label, self._town.local.date())
        after, receipt = self._answers.fills(shown, wanted, day)
        self._says(receipt or after.screen.note)
        if receipt and after.screen.note:
            self._says(after.screen.note)
        self._town.clock.move(self._town.clock.now + TAKES)

    def _says(self, what: str) -> None:
        self._diary.note(self._town.local, self.person.name, " / ".join(what.splitlines()))

    def _taps(self, token: str) -> Shown:
        return self._town.chats.taps(self.person.name, token)

    def _types(self, text: str) -> Shown:
        return self._town.chats.types(self.person.name, text)


def _day_of(label: str, today: date) -> date | None:
    """Return a day that counts for what a button names; None where any day does."""
    found = PERIOD.search(label)
    if found is None:
        return None
    end = date(today.year, int(found[4]), int(found[3]))
    if end > today + 180 * DAY:
        end = end.replace(year=today.year - 1)
    return min(end, today)
