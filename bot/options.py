"""Reads what somebody typed as an option of a command: a language, a day."""

from datetime import date

from bot.config import SettingsProblem
from bot.world import World
from flows.texts import Say


def voice(world: World, language: str) -> Say:
    """Return the voice of a language; SettingsProblem where it is not on offer."""
    if language not in world.interface.languages:
        known = ", ".join(world.interface.languages)
        raise SettingsProblem(f"There is no language {language!r}; there is {known}.")
    return world.interface.say(language)


def day(text: str) -> date | None:
    """Return a day, None where nothing was typed; SettingsProblem for what is none."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingsProblem(f"{text!r} is not a day; write it like 2026-03-02.") from None
