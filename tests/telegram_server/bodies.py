"""What a bot sends, whichever way it is encoded."""

import json
from typing import Any
from urllib.parse import parse_qsl

from tests.telegram_server.refusal import bad_request

# Parameters that are not text, and that forms therefore carry as JSON.
OBJECTS = {
    "allowed_updates",
    "commands",
    "entities",
    "link_preview_options",
    "menu_button",
    "message_ids",
    "reply_markup",
    "reply_parameters",
    "results",
    "scope",
}


def parameters(body: bytes, content_type: str, query: str) -> dict[str, Any]:
    """The parameters of a call; refuses what cannot be read."""
    try:
        found = _read(body, content_type)
        found.update(parse_qsl(query, keep_blank_values=True))
        for name in OBJECTS & found.keys():
            if isinstance(found[name], str):
                found[name] = json.loads(found[name]) if found[name] else None
    except ValueError as wrong:
        raise bad_request(f"can't parse the call: {wrong}", broken=True) from None
    return found


def _read(body: bytes, content_type: str) -> dict[str, Any]:
    if not body:
        return {}
    if content_type.startswith("application/json"):
        read = json.loads(body)
        if not isinstance(read, dict):
            raise ValueError("the body is no JSON object")
        return read
    if content_type.startswith("multipart/form-data"):
        return _parts(body, content_type)
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


# By hand, because aiohttp's reader takes ten times as long and aiogram sends all calls this way.
def _parts(body: bytes, content_type: str) -> dict[str, Any]:
    boundary = b"--" + content_type.partition("boundary=")[2].strip('"').encode()
    found: dict[str, Any] = {}
    for part in body.split(boundary)[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = head.partition(b'name="')[2].partition(b'"')[0]
        content = content.removesuffix(b"\r\n")
        found[name.decode()] = content if b"filename=" in head else content.decode()
    return found
