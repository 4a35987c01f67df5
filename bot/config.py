"""The settings, read from the environment."""

from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.loading import HANDBOOK

PREFIX = "MEETMOMENT_"


class SettingsProblem(Exception):
    """A setting that cannot be used."""


class Settings(BaseSettings):
    """What an administrator may set, in environment variables with MEETMOMENT_ before them."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    database_url: str = "sqlite:///meetmoment.db"
    time_zone: str = "Europe/Brussels"
    language: str = "en"
    handbook: Path = HANDBOOK

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
