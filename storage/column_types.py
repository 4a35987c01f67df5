"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

SEALED = "~"
"""With what a sealed text begins."""


class Unstorable(ValueError):
    """A value that would be refused by a database or come back as something else."""


def storable(text: str) -> str:
    """Return a text that both databases give back as it is; raises Unstorable for another one.

    A NUL, which PostgreSQL cannot hold, and half a surrogate pair, which is no character, are
    refused on both; the message never repeats the text.
    """
    if text.isascii() and "\0" not in text:
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unstorable("A text with half a surrogate pair cannot be stored.") from None
    if "\0" in text:
        raise Unstorable("A text with a NUL character cannot be stored.")
    return text


class UtcTime(TypeDecorator[datetime]):
    """An instant: only aware datetimes go in, aware datetimes in UTC come out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC and refuse a naive one."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise Unstorable("A datetime without a time zone cannot be stored.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the instant in UTC, whatever the time zone of the database session."""
        if value is None:
            return None
        # SQLite keeps no offset: what was written is UTC.
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text that is compared and sorted by code point on both databases, and is storable."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Use "C" on PostgreSQL, where the order would otherwise depend on the server's locale."""
        collation = "C" if dialect.name == "postgresql" else None
        return Text(collation=collation)

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Refuse what one of the databases could not give back."""
        return value if value is None else storable(value)


class SealedWords(Words):
    """Text that somebody typed: storage.sealing turns it into what may be stored here, and back."""

    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Refuse what nobody has sealed."""
        if value and value[0] != SEALED:
            raise Unstorable("A text that is not sealed cannot be stored here.")
        return value


class SealedJSON(TypeDecorator[Any]):
    """JSON that holds what somebody typed: a sealed text, or empty."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, _dialect: Dialect) -> Any:  # noqa: ANN401 - JSON
        """Refuse what nobody has sealed."""
        if value and not (isinstance(value, str) and value[0] == SEALED):
            raise Unstorable("Content that is not sealed cannot be stored here.")
        return value
