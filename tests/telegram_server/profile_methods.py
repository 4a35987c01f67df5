"""The methods of the Bot API that are about the bot itself: its name, its commands."""

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.telegram_server.refusal import Refusal, bad_request

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer

Parameters = dict[str, Any]
Method = Callable[["TelegramServer", Parameters], object]

MOST_COMMANDS, LONGEST_COMMAND, LONGEST_DESCRIPTION = 100, 32, 256
LIMITS = {"name": 64, "short_description": 120, "description": 512}


def get_me(server: "TelegramServer", parameters: Parameters) -> object:
    return {
        **server.me,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": True,
    }


def nothing(server: "TelegramServer", parameters: Parameters) -> object:
    return True


def set_my_commands(server: "TelegramServer", parameters: Parameters) -> object:
    key = _key(server, parameters)
    commands = parameters.get("commands") or []
    if len(commands) > MOST_COMMANDS:
        raise _broken("BOT_COMMANDS_TOO_MUCH")
    server.commands[key] = [_command(command) for command in commands]
    return True


def get_my_commands(server: "TelegramServer", parameters: Parameters) -> object:
    return server.commands.get(_key(server, parameters), [])


def delete_my_commands(server: "TelegramServer", parameters: Parameters) -> object:
    server.commands.pop(_key(server, parameters), None)
    return True


def _key(server: "TelegramServer", parameters: Parameters) -> tuple[str, str]:
    scope = parameters.get("scope") or {"type": "default"}
    if "chat_id" in scope:
        server.known_chat(scope)
    language = parameters.get("language_code") or ""
    if language and not re.fullmatch("[a-z]{2}", language):
        raise _broken("invalid language code specified")
    return json.dumps(scope, sort_keys=True, separators=(",", ":")), language


def _command(command: dict[str, Any]) -> dict[str, Any]:
    name = command["command"].strip().removeprefix("/")
    description = command["description"].strip()
    if not name:
        raise _broken("command must be non-empty")
    if len(name) > LONGEST_COMMAND:
        raise _broken(f"command length must not exceed {LONGEST_COMMAND}")
    if not description:
        raise _broken("command description must be non-empty")
    if len(description) > LONGEST_DESCRIPTION:
        raise _broken(f"command description length must not exceed {LONGEST_DESCRIPTION}")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise _broken("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}


def _broken(why: str) -> Refusal:
    return bad_request(why, broken=True)


def set_text(name: str) -> Method:
    """A method that sets one of the bot's own texts, within its limit."""

    def method(server: "TelegramServer", parameters: Parameters) -> object:
        text = parameters.get(name) or ""
        if len(text) > LIMITS[name]:
            raise _broken(f"{name.replace('_', ' ')} is longer than {LIMITS[name]} characters")
        server.profile[name, parameters.get("language_code") or ""] = text
        return True

    return method


PROFILE_METHODS: dict[str, Method] = {
    "getMe": get_me,
    "logOut": nothing,
    "close": nothing,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyName": set_text("name"),
    "setMyDescription": set_text("description"),
    "setMyShortDescription": set_text("short_description"),
    "setChatMenuButton": nothing,
}
