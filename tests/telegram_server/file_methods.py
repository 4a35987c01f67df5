"""The methods of the Bot API by which a bot sends pictures and files."""

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.telegram_server.chats import Shown
from tests.telegram_server.media import FILE
from tests.telegram_server.refusal import bad_request

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer

Parameters = dict[str, Any]
Method = Callable[["TelegramServer", Parameters], object]

PNG = b"\x89PNG\r\n\x1a\n"
MOST_CAPTION = 1024
MOST_PHOTO, MOST_DOCUMENT = 10 * 2**20, 50 * 2**20
MOST_SIDES, MOST_RATIO = 10_000, 20
"""core.telegram.org/bots/api#sendphoto: width and height together, and how oblong it may be."""


def send_photo(server: "TelegramServer", parameters: Parameters) -> object:
    sent = _sent(parameters, "photo", MOST_PHOTO)
    if not sent.startswith(PNG):
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", sent[16:24])
    if width + height > MOST_SIDES or max(width, height) > MOST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    photo = {**FILE, "width": width, "height": height, "file_size": len(sent)}
    return _shown(server, parameters, {"photo": [photo]})


def send_document(server: "TelegramServer", parameters: Parameters) -> object:
    sent = _sent(parameters, "document", MOST_DOCUMENT)
    return _shown(server, parameters, {"document": {**FILE, "file_size": len(sent)}})


def _sent(parameters: Parameters, name: str, most: int) -> bytes:
    sent = parameters.get(name, "")
    if isinstance(sent, str) and sent.startswith("attach://"):
        sent = parameters.get(sent.removeprefix("attach://"), "")
    if not isinstance(sent, bytes):
        raise bad_request(f"there is no {name} in the request")
    if not 0 < len(sent) <= most:
        raise bad_request("Request Entity Too Large" if sent else "file must be non-empty")
    return sent


def _shown(server: "TelegramServer", parameters: Parameters, content: dict[str, Any]) -> object:
    chat = server.writable_chat(parameters)
    caption = str(parameters.get("caption") or "")
    if len(caption.encode("utf-16-le")) // 2 > MOST_CAPTION:
        raise bad_request("message caption is too long")
    shown = Shown(
        id=server.new_message_id(),
        text="",
        from_bot=True,
        protected=str(parameters.get("protect_content")).lower() == "true",
        date=server.now(),
        sender=server.me,
        content={**content, **({"caption": caption} if caption else {})},
    )
    chat.show(shown)
    return chat.message(shown)


FILE_METHODS: dict[str, Method] = {"sendPhoto": send_photo, "sendDocument": send_document}
