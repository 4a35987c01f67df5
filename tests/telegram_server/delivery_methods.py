"""The methods of the Bot API by which a bot gets its updates."""

import asyncio
import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.telegram_server.refusal import Refusal, bad_request
from tests.telegram_server.updates import MOST_AT_ONCE

if TYPE_CHECKING:
    from tests.telegram_server.server import TelegramServer

Parameters = dict[str, Any]
Method = Callable[["TelegramServer", Parameters], object]

LONGEST_POLL = 50
LONGEST_SECRET = 256
MOST_CONNECTIONS, USUAL_CONNECTIONS = 100, 40


class Batch(bytes):
    """Updates that are JSON already."""


async def get_updates(server: "TelegramServer", parameters: Parameters) -> object:
    if server.webhook.active:
        raise Refusal(
            "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to"
            " delete the webhook first",
            409,
        )
    updates = server.updates
    offset = _number(parameters, "offset", 0)
    _allow(server, parameters)
    updates.acknowledge(offset)
    server.settle()
    poll = updates.new_poll()
    limit = min(max(_number(parameters, "limit", MOST_AT_ONCE), 1), MOST_AT_ONCE)
    batch = updates.batch(offset, limit)
    timeout = min(_number(parameters, "timeout", 0), LONGEST_POLL)
    end = asyncio.get_running_loop().time() + timeout
    while not batch and await poll.wait(end):
        batch = updates.batch(offset, limit)
    return Batch(b"[%s]" % b",".join(update.body for update in batch))


def _allow(server: "TelegramServer", parameters: Parameters) -> None:
    if parameters.get("allowed_updates") is not None:
        server.updates.allowed = list(parameters["allowed_updates"])


def set_webhook(server: "TelegramServer", parameters: Parameters) -> object:
    url = parameters.get("url") or ""
    if not url:
        return delete_webhook(server, parameters)
    address = urlsplit(url)
    if address.scheme != "https" and not _is_local(address.hostname or ""):
        raise _broken("bad webhook: An HTTPS URL must be provided for webhook")
    secret = parameters.get("secret_token") or ""
    if len(secret) > LONGEST_SECRET:
        raise _broken("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise _broken("secret token contains unallowed characters")
    _allow(server, parameters)
    _drop(server, parameters)
    server.updates.poll.end("Conflict: terminated by setWebhook request")
    connections = _number(parameters, "max_connections", USUAL_CONNECTIONS)
    server.webhook.set(url, secret, min(max(connections, 1), MOST_CONNECTIONS))
    return True


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def delete_webhook(server: "TelegramServer", parameters: Parameters) -> object:
    _drop(server, parameters)
    server.webhook.clear()
    return True


def _drop(server: "TelegramServer", parameters: Parameters) -> None:
    if str(parameters.get("drop_pending_updates", "")).lower() in {"true", "1"}:
        server.updates.pending.clear()
        server.updates.again.clear()


def get_webhook_info(server: "TelegramServer", parameters: Parameters) -> object:
    info: dict[str, Any] = {
        "url": server.webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(server.updates.pending),
        **server.webhook.last_error,
    }
    if server.webhook.url:
        info["max_connections"] = server.webhook.connections
    if server.updates.allowed:
        info["allowed_updates"] = server.updates.allowed
    return info


def _number(parameters: Parameters, name: str, default: int) -> int:
    try:
        return int(parameters.get(name, default))
    except (TypeError, ValueError):
        return default


def _broken(why: str) -> Refusal:
    return bad_request(why, broken=True)


DELIVERY_METHODS: dict[str, Method] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
}
