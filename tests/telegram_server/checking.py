"""Every call and every update held against aiogram, an independent reading of the Bot API."""

from functools import cache
from typing import Any

import aiogram.methods
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.telegram_server.refusal import bad_request


class Incomplete(AssertionError):
    """This server itself says something that the Bot API would not say."""


@cache
def model(method: str) -> type[TelegramMethod[Any]] | None:
    """What aiogram knows of this method, None if it does not know the method."""
    found = getattr(aiogram.methods, method[0].upper() + method[1:], None)
    return found if isinstance(found, type) and issubclass(found, TelegramMethod) else None


@cache
def answer(method: str) -> TypeAdapter[Any]:
    """What aiogram expects this method to answer."""
    known = model(method)
    return TypeAdapter(known.__returning__ if known else Any)


def check_call(method: str, parameters: dict[str, Any]) -> None:
    """Refuse a call that is none of the Bot API."""
    known = model(method)
    if known is None:
        return
    try:
        # A file that comes along is named as the Bot API lets one be named.
        named = {
            name: f"attach://{name}" if isinstance(value, bytes) else value
            for name, value in parameters.items()
        }
        read = known.model_validate(named)
    except ValidationError as wrong:
        raise bad_request(_in_one_line(wrong), broken=True) from None
    unknown = list(_unknown(read))
    if unknown:
        raise bad_request(f"unknown parameters: {', '.join(unknown)}", broken=True)


def check_answer(method: str, result: object) -> None:
    """See to it that an answer is complete."""
    try:
        read = answer(method).validate_python(result)
    except ValidationError as wrong:
        raise Incomplete(f"answer of {method}: {_in_one_line(wrong)}: {result}") from None
    _all_known(read, f"answer of {method}")


def check_update(update: dict[str, Any]) -> None:
    """See to it that an update is complete."""
    try:
        read = Update.model_validate(update)
    except ValidationError as wrong:
        raise Incomplete(f"update: {_in_one_line(wrong)}: {update}") from None
    _all_known(read, "update")


def _all_known(read: object, where: str) -> None:
    unknown = list(_unknown(read))
    if unknown:
        raise Incomplete(f"{where}: unknown fields: {', '.join(unknown)}")


def _unknown(read: object, where: str = "") -> list[str]:
    """Fields that no model knows, at any depth."""
    if isinstance(read, BaseModel):
        here = [where + name for name in read.model_extra or {}]
        return here + [
            name
            for field, value in read.__dict__.items()
            for name in _unknown(value, f"{where}{field}.")
        ]
    if isinstance(read, list):
        return [name for value in read for name in _unknown(value, where)]
    return []


def _in_one_line(wrong: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in wrong.errors()[:3]
    )
