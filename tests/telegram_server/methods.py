"""The methods of the Bot API that are about messages, and the table of all methods."""

from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.telegram_server.account import membership
from tests.telegram_server.chats import Chat, Rows, Shown
from tests.telegram_server.delivery_methods import DELIVERY_METHODS
from tests.telegram_server.file_methods import FILE_METHODS
from tests.telegram_server.markup import check_keyboard, read_text, units
from tests.telegram_server.profile_methods import PROFILE_METHODS
from tests.telegram_server.refusal import bad_request

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer

Parameters = dict[str, Any]
Method = Callable[["TelegramServer", Parameters], object]

DELETABLE_FOR = 48 * 3600
QUERY_LIVES = 60
LONGEST_ALERT = 200
MOST_DELETED, MOST_RESULTS = 100, 50


class Content(NamedTuple):
    """What a message is to look like."""

    text: str
    html: str
    content: dict[str, Any]
    rows: Rows
    markup: dict[str, Any] | None


def content_of(parameters: Parameters) -> Content:
    """The text and the keyboard of a call, if they are within the limits."""
    sent = str(parameters.get("text", ""))
    mode = parameters.get("parse_mode") or ""
    read = read_text(sent, mode)
    rows, markup = keyboard_of(parameters)
    entities = read.entities or parameters.get("entities")
    html = sent if mode else escape(sent, quote=False)
    return Content(read.plain, html, {"entities": entities} if entities else {}, rows, markup)


def keyboard_of(parameters: Parameters) -> tuple[Rows, dict[str, Any] | None]:
    """The buttons of a call, and the keyboard as Telegram keeps it."""
    markup = parameters.get("reply_markup")
    rows = check_keyboard(markup)
    return rows, {"inline_keyboard": markup["inline_keyboard"]} if rows and markup else None


def send_message(server: "TelegramServer", parameters: Parameters) -> object:
    chat = server.writable_chat(parameters)
    content = content_of(parameters)
    shown = Shown(
        id=server.new_message_id(),
        from_bot=True,
        protected=truth(parameters.get("protect_content")),
        date=server.now(),
        sender=None if chat.identity["type"] == "channel" else server.me,
        **content._asdict(),
    )
    chat.show(shown)
    return chat.message(shown)


def edit_message_text(server: "TelegramServer", parameters: Parameters) -> object:
    chat, shown = _to_edit(server, parameters)
    content = content_of(parameters)
    if not shown.text:
        raise bad_request("there is no text in the message to edit")
    if (content.text, content.content, content.markup) == (
        shown.text,
        shown.content,
        shown.markup,
    ):
        raise not_modified()
    return chat.message(chat.edit(shown, edit_date=server.now(), **content._asdict()))


def edit_message_reply_markup(server: "TelegramServer", parameters: Parameters) -> object:
    chat, shown = _to_edit(server, parameters)
    rows, markup = keyboard_of(parameters)
    if markup == shown.markup:
        raise not_modified()
    return chat.message(chat.edit(shown, edit_date=server.now(), rows=rows, markup=markup))


def _to_edit(server: "TelegramServer", parameters: Parameters) -> tuple[Chat, Shown]:
    chat = server.writable_chat(parameters)
    shown = chat.shown.get(number(parameters, "message_id"))
    if shown is None:
        raise bad_request("message to edit not found")
    if not shown.from_bot:
        raise bad_request("message can't be edited")
    return chat, shown


def not_modified() -> Exception:
    """The refusal of an edit that changes nothing."""
    return bad_request(
        "message is not modified: specified new message content and reply markup are exactly the"
        " same as a current content and reply markup of the message"
    )


def delete_message(server: "TelegramServer", parameters: Parameters) -> object:
    chat = server.writable_chat(parameters)
    shown = chat.shown.get(number(parameters, "message_id"))
    if shown is None:
        raise bad_request("message to delete not found")
    if not _deletable(server, shown):
        raise bad_request("message can't be deleted for everyone")
    chat.remove(shown.id)
    return True


def delete_messages(server: "TelegramServer", parameters: Parameters) -> object:
    chat = server.writable_chat(parameters)
    wanted = parameters.get("message_ids") or []
    if not wanted:
        raise bad_request("message identifiers are not specified", broken=True)
    if len(wanted) > MOST_DELETED:
        raise bad_request("too many message identifiers specified", broken=True)
    for message_id in map(int, wanted):
        shown = chat.shown.get(message_id)
        if shown and _deletable(server, shown):
            chat.remove(message_id)
    return True


def _deletable(server: "TelegramServer", shown: Shown) -> bool:
    return server.now() - shown.date <= DELETABLE_FOR


def answer_callback_query(server: "TelegramServer", parameters: Parameters) -> object:
    text = parameters.get("text") or ""
    if units(text) > LONGEST_ALERT:
        raise bad_request("MESSAGE_TOO_LONG", broken=True)
    account = _answer_query(server, str(parameters.get("callback_query_id", "")))
    if text:
        account.alerts.append(text)
    return True


def answer_inline_query(server: "TelegramServer", parameters: Parameters) -> object:
    if len(parameters.get("results") or []) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH", broken=True)
    _answer_query(server, str(parameters.get("inline_query_id", "")))
    return True


def _answer_query(server: "TelegramServer", query_id: str) -> Any:  # noqa: ANN401
    account, asked_at = server.queries.get(query_id, (None, 0))
    if account is not None:
        account.answered[query_id] += 1
    if account is None or account.answered[query_id] > 1 or server.now() - asked_at > QUERY_LIVES:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return account


def send_chat_action(server: "TelegramServer", parameters: Parameters) -> object:
    server.writable_chat(parameters)
    return True


def leave_chat(server: "TelegramServer", parameters: Parameters) -> object:
    chat = server.writable_chat(parameters)
    kind = chat.identity["type"]
    if kind == "private":
        raise bad_request("chat_id is a private chat")
    chat.closed = f"bot is not a member of the {kind} chat"
    membership(server, chat, server.me, "member", "left")
    return True


def number(parameters: Parameters, name: str) -> int:
    """A parameter that is a whole number, 0 if it is none."""
    try:
        return int(parameters.get(name, 0))
    except (TypeError, ValueError):
        return 0


def truth(value: object) -> bool:
    """A parameter that is true or false, as forms write it."""
    return value is True or str(value).lower() in {"true", "1"}


METHODS: dict[str, Method] = {
    **DELIVERY_METHODS,
    **PROFILE_METHODS,
    **FILE_METHODS,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "editMessageReplyMarkup": edit_message_reply_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
    "sendChatAction": send_chat_action,
    "leaveChat": leave_chat,
}
