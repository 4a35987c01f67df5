"""The log of `meetmoment run`, in which the bot's token never stands."""

import logging
import re
from functools import cache
from urllib.parse import quote

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# These tell every call with what was said, or every step that they make.
TALKATIVE = ("aiohttp", "alembic", "httpcore", "httpx", "telegram", "transitions")


class Redacted(logging.Formatter):
    """Writes <token> wherever a finished line, with its traceback, holds the token.

    The secret half of the token is enough to be replaced, however the rest is written.
    """

    def __init__(self, token: str) -> None:
        super().__init__(FORMAT)
        self._token = token

    def format(self, record: logging.LogRecord) -> str:
        """Return the line without the token."""
        return without(self._token, super().format(record))


def without(token: str, text: str) -> str:
    """Return a text with <token> in the place of the token."""
    written = _written(token)
    return written.sub("<token>", text) if written else text


@cache
def _written(token: str) -> re.Pattern[str] | None:
    name, _, secret = token.rpartition(":")
    if not secret:
        return None
    front = f"(?:{re.escape(name)}(?::|%3A))?" if name else ""
    forms = "|".join(re.escape(form) for form in (secret, quote(secret, safe="")))
    return re.compile(f"{front}(?:{forms})", re.IGNORECASE)


def configure_logging(level: str, token: str) -> None:
    """Log to stderr alone, from `level` on; libraries that tell every call only their warnings."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted(token))
    # On the handler too: a library that may warn is still silent when only errors are wanted.
    handler.setLevel(level)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
