"""The settings, read from the environment."""

import re
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.evaluation.suppression import THRESHOLD
from flows.loading import HANDBOOK

PREFIX = "MEETMOMENT_"
KEY_FILE = Path("meetmoment.key")
ERASED_FILE = Path("meetmoment.erased")
MOST_CALLS = 10_000
LEAST_SMALL, MOST_SMALL = 3, 100
"""Between which the number lies below which no count of people is shown."""


class SettingsProblem(Exception):
    """A setting that cannot be used."""


class Settings(BaseSettings):
    """What an administrator may set, in environment variables with MEETMOMENT_ before them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    database_url: str = "sqlite:///meetmoment.db"
    time_zone: str = "Europe/Brussels"
    language: str = "en"
    handbook: Path = HANDBOOK
    first_names: str = ""
    keys: SecretStr = SecretStr("")
    key_file: Path = KEY_FILE
    participant_key: SecretStr = SecretStr("")
    erased_file: Path = ERASED_FILE
    telegram_token: SecretStr = SecretStr("")
    telegram_name: str = ""
    telegram_api: str = "https://api.telegram.org"
    telegram_rate: float = Field(30, ge=0, le=MOST_CALLS)
    telegram_chat_rate: float = Field(1, ge=0, le=MOST_CALLS)
    small_number: int = Field(THRESHOLD, ge=LEAST_SMALL, le=MOST_SMALL)
    person_rate: float = Field(5, ge=0, le=MOST_CALLS)

    @field_validator("telegram_api")
    @classmethod
    def _is_an_address(cls, address: str) -> str:
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            # Not repeated, because it might be the token.
            message = "this is no address; write it like https://api.telegram.org"
            raise ValueError(message)
        return address.rstrip("/")

    @field_validator("telegram_name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        plain = name.strip().removeprefix("@")
        if plain and re.fullmatch(r"[A-Za-z0-9_]{4,32}", plain) is None:
            message = "this is no name of a bot; write it like your_bot"
            raise ValueError(message)
        return plain

    @field_validator("participant_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        text = key.get_secret_value().strip()
        if text and re.fullmatch(r"([0-9a-fA-F]{2}){16,}", text) is None:
            message = "this is no key; give at least 32 hexadecimal digits"
            raise ValueError(message)
        return SecretStr(text)

    @field_validator("keys")
    @classmethod
    def _are_keys(cls, keys: SecretStr) -> SecretStr:
        listed = [key.strip() for key in keys.get_secret_value().split(",") if key.strip()]
        if not all(re.fullmatch(r"[0-9a-fA-F]{64}", key) for key in listed):
            message = "these are no keys; give 64 hexadecimal digits for each, with commas between"
            raise ValueError(message)
        return SecretStr(",".join(listed))

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = f"{name!r} is not a time zone; write it like Europe/Brussels"
            raise ValueError(message) from None
        return name


def settings() -> Settings:
    """Return the settings; raises SettingsProblem with one line for each that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{PREFIX}{str(fault['loc'][0]).upper()}: {fault['msg'].removeprefix('Value error, ')}."
            for fault in error.errors()
        ]
        raise SettingsProblem("\n".join(lines)) from None
