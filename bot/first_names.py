"""The first names that an organisation adds to those that are looked for in free text."""

import re
from pathlib import Path

from bot.config import PREFIX, SettingsProblem
from flows.identity import folded

SETTING = f"{PREFIX}FIRST_NAMES"
LONGEST = 40

_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def added_names(file: str) -> frozenset[str]:
    """Return the names of a file, one a line; an empty line and what follows # say nothing.

    Without a file there are none. SettingsProblem says in one line what is wrong; it does not
    repeat what stands there.
    """
    if not file:
        return frozenset()
    try:
        lines = Path(file).read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise _useless(file, "is not in UTF-8") from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or "no such file"
        raise _useless(file, f"cannot be read: {reason}") from None
    stated = [line.partition("#")[0].strip() for line in lines]
    for number, name in enumerate(stated, start=1):
        if name and (len(name) > LONGEST or _NAME.fullmatch(name) is None):
            raise _useless(file, f"has no first name in line {number}; write one name a line")
    return folded(name for name in stated if name)


def _useless(file: str, why: str) -> SettingsProblem:
    return SettingsProblem(f"{SETTING}: {file} {why}.")
