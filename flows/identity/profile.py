"""Handles and profiles on social media."""

import re
from collections.abc import Iterator

from flows.identity.runs import Span
from flows.identity.writing import Writing

_NETWORKS = (
    "insta(?:gram)?|snap(?:chat)?|tik\\s?tok|facebook|fb|messenger|telegram|whatsapp|discord|"
    "twitter|signal|twitch"
)
_PROFILE = re.compile(
    r"(?<![\w@])@[a-z][\w.]{2,40}\b(?!\()"
    r"|\b(?:(?:facebook|instagram|tiktok|snapchat|twitter|linkedin|twitch)\.com"
    r"|fb\.(?:com|me)|x\.com|t\.me|wa\.me|m\.me|discord\.gg)/[^\s,;]{2,200}"
    rf"|\b(?:{_NETWORKS})\b[\s:=]{{1,4}}(?:(?:is|als|as|naam|nom|account|compte)[\s:]{{1,3}}){{0,2}}"
    r"(?P<handle>[a-z](?=[\w.]{0,39}[\d_]|[a-z]{1,38}\.[a-z])[\w.]{2,40})",
    re.IGNORECASE,
)


def find(writing: Writing) -> Iterator[Span]:
    """Return handles after @, links to profiles, and what follows the name of a network.

    Without a link, a handle is a word with a digit, a _ or a dot in it.
    """
    for match in _PROFILE.finditer(writing.plain):
        yield Span(*match.span("handle" if match["handle"] else 0))
