"""Says what went wrong without repeating what was said."""

from pathlib import Path
from traceback import extract_tb


class Apart(Exception):
    """What came at once has to be taken one after the other, because one decides about others."""


def place_of(error: BaseException) -> str:
    """Return the kind of an error and where it came up, as "KeyError at path.py:81".

    Its words are left out, because they may repeat what somebody typed.
    """
    frames = extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{where}"
