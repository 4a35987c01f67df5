"""Texts and keyboards, read and limited as Telegram does."""

import re
from dataclasses import dataclass
from typing import Any

from tests.telegram_server.chats import Rows, rows_of
from tests.telegram_server.refusal import Refusal, bad_request

LONGEST_TEXT = 4096
LONGEST_DATA = 64
MOST_BUTTONS, MOST_IN_A_ROW = 100, 8

TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_CHARACTER = re.compile(r"&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-z]+));?")
_NAME = re.compile(r"[^\s>]*")
_ATTRIBUTE = re.compile(r"\s*([^\s=>]*)\s*(?:=\s*(?:\"([^\"]*)\"|'([^']*)'|([a-zA-Z0-9.\-]+)))?")


@dataclass(frozen=True, slots=True)
class Text:
    """A text without its markup, and where the markup was."""

    plain: str
    entities: list[dict[str, Any]]


def units(text: str) -> int:
    """The length as Telegram counts it for entities, in code units of UTF-16."""
    return len(text) + sum(character > "\uffff" for character in text)


def read_text(text: str, parse_mode: str) -> Text:
    """The text of a message, parsed, trimmed and within its limits."""
    mode = parse_mode.lower()
    if mode not in {"", "html"}:
        raise bad_request("unsupported parse_mode", broken=True)
    read = trimmed(_Html(text).read() if mode and ("<" in text or "&" in text) else Text(text, []))
    if not read.plain:
        raise bad_request("message text is empty", broken=True)
    # Counted in code units, the stricter way: what passes here passes everywhere.
    if len(read.plain) > LONGEST_TEXT / 2 and units(read.plain) > LONGEST_TEXT:
        raise bad_request("message is too long", broken=True)
    return read


def trimmed(text: Text) -> Text:
    """Without white space at both ends, the entities moved with it."""
    plain = text.plain.strip()
    if plain == text.plain:
        return text
    cut = units(text.plain[: len(text.plain) - len(text.plain.lstrip())])
    end = units(plain)
    moved = []
    for entity in text.entities:
        start = max(entity["offset"] - cut, 0)
        stop = min(entity["offset"] + entity["length"] - cut, end)
        if stop > start:
            moved.append({**entity, "offset": start, "length": stop - start})
    return Text(plain, moved)


class _Html:
    """One reading of a text with HTML tags."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.plain: list[str] = []
        self.length = 0
        self.open: list[tuple[str, int, dict[str, Any]]] = []
        self.entities: list[dict[str, Any]] = []

    def read(self) -> Text:
        source = self.source
        while self.at < len(source):
            if source[self.at] == "<":
                self._close() if source.startswith("</", self.at) else self._open()
            elif source[self.at] == "&":
                self._character()
            else:
                stop = min(
                    found if (found := source.find(sign, self.at)) >= 0 else len(source)
                    for sign in "<&"
                )
                self._write(source[self.at : stop])
                self.at = stop
        if self.open:
            raise unparsed(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        order = sorted(self.entities, key=lambda entity: (entity["offset"], -entity["length"]))
        return Text("".join(self.plain), order)

    def _write(self, text: str) -> None:
        self.plain.append(text)
        self.length += units(text)

    def _place(self, at: int) -> str:
        return f"at byte offset {len(self.source[:at].encode(errors='surrogatepass'))}"

    def _character(self) -> None:
        found = _CHARACTER.match(self.source, self.at)
        written = _character(found) if found else None
        if found is None or written is None:
            written, self.at = "&", self.at + 1
        else:
            self.at = found.end()
        self._write(written)

    def _open(self) -> None:
        begin = self.at
        found = _NAME.match(self.source, begin + 1)
        name = found[0].lower() if found else ""
        self.at = begin + 1 + len(name)
        if self.at >= len(self.source):
            raise unparsed(f"Unclosed start tag {self._place(begin)}")
        if name not in TAGS:
            raise unparsed(f'Unsupported start tag "{name}" {self._place(begin)}')
        attributes = self._attributes(name, begin)
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise unparsed(f'Tag "span" must have class "tg-spoiler" {self._place(begin)}')
        entity: dict[str, Any] = {"type": TAGS[name]}
        if name == "a":
            entity["url"] = attributes.get("href", "")
        if name == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        self.open.append((name, self.length, entity))

    def _attributes(self, name: str, begin: int) -> dict[str, str]:
        attributes: dict[str, str] = {}
        while True:
            rest = self.source[self.at :].lstrip()
            self.at = len(self.source) - len(rest)
            if not rest:
                raise unparsed(f'Unclosed start tag "{name}" {self._place(begin)}')
            if rest[0] == ">":
                self.at += 1
                return attributes
            found = _ATTRIBUTE.match(self.source, self.at)
            if found is None or not found[1]:
                raise unparsed(f'Empty attribute name in the tag "{name}" {self._place(begin)}')
            attributes[found[1].lower()] = found[2] or found[3] or found[4] or ""
            self.at = found.end()

    def _close(self) -> None:
        begin = self.at
        if not self.open:
            raise unparsed(f"Unexpected end tag {self._place(begin)}")
        end = self.source.find(">", begin)
        if end < 0:
            raise unparsed(f"Unclosed end tag {self._place(begin)}")
        found = self.source[begin + 2 : end].strip().lower()
        name, start, entity = self.open.pop()
        if found not in {"", name}:
            raise unparsed(
                f'Unmatched end tag {self._place(begin)}, expected "</{name}>", found "</{found}>"'
            )
        self.at = end + 1
        # A link without an address is no link.
        if self.length > start and entity.get("url", True):
            self.entities.append({**entity, "offset": start, "length": self.length - start})


def _character(found: re.Match[str]) -> str | None:
    decimal, hexadecimal, name = found.groups()
    if name:
        return CHARACTERS.get(name)
    number = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(number) if 0 < number <= 0x10FFFF else None


def unparsed(why: str) -> Refusal:
    """The refusal of HTML that cannot be read."""
    return bad_request(f"can't parse entities: {why}", broken=True)


def check_keyboard(markup: dict[str, Any] | None) -> Rows:
    """The buttons of a keyboard below a message, if Telegram would show them."""
    if not markup or "inline_keyboard" not in markup:
        return []
    for row in markup["inline_keyboard"]:
        if len(row) > MOST_IN_A_ROW:
            raise bad_request("reply markup is too long", broken=True)
        for button in row:
            _check_button(button)
    rows = rows_of(markup)
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long", broken=True)
    return [row for row in rows if row]


def _check_button(button: dict[str, Any]) -> None:
    if not button.get("text", "").strip():
        raise bad_request("inline keyboard button text must be non-empty", broken=True)
    data = button.get("callback_data", "")
    if not data and len(button) == 1 + ("callback_data" in button):
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
            broken=True,
        )
    if len(data) > LONGEST_DATA / 4 and len(data.encode()) > LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID", broken=True)
