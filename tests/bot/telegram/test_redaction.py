"""The token must not stand in a log, whoever writes it there."""

import io
import logging
from collections.abc import Iterator

import pytest
from aiohttp import InvalidURL

from bot.channels.telegram.client import client
from bot.channels.telegram.redaction import Redacted, configure_logging

SECRET = "AAH-never_Shown+To=Anybody"
TOKEN = f"123456:{SECRET}"
URL = f"https://api.telegram.org/bot{TOKEN}/getMe"


class Holder:
    def __repr__(self) -> str:
        return f"Holder(token={TOKEN!r})"


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    names = ["", "aiohttp", "httpcore", "httpx", "telegram"]
    levels = {name: logging.getLogger(name).level for name in names}
    handlers = list(root.handlers)
    # Those of pytest must not be closed when they are replaced.
    root.handlers = []
    yield
    root.handlers = handlers
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def logged(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


@pytest.mark.parametrize(
    ("message", "args"),
    [
        (f"calling {URL}", ()),
        ("calling %s", (URL,)),
        ("holding %r", (Holder(),)),
        ("data %s", ({"token": TOKEN},)),
        ("quoted %s", (TOKEN.replace(":", "%3A"),)),
        ("quoted %s", (TOKEN.replace(":", "%3a").replace("+", "%2B").replace("=", "%3D"),)),
        ("half of it %s", (SECRET,)),
        ("bytes %r", (TOKEN.encode(),)),
        ("bot %s", (client(TOKEN),)),
    ],
    ids=["text", "argument", "repr", "data", "quoted", "all quoted", "half", "bytes", "bot"],
)
def test_a_line_never_holds_the_token(
    message: str, args: tuple[object, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logging("DEBUG", TOKEN)
    logging.getLogger("bot").info(message, *args)
    line = logged(capsys)
    assert message.split(maxsplit=1)[0] in line
    assert "never_Shown" not in line


def fail() -> None:
    faults = [ValueError(TOKEN), KeyError(URL)]
    raise ExceptionGroup("two", faults) from InvalidURL(URL)


def test_a_traceback_never_holds_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", TOKEN)
    try:
        fail()
    except ExceptionGroup:
        logging.getLogger("bot").exception("it failed", stack_info=True)
    line = logged(capsys)
    assert "Traceback" in line
    assert "<token>" in line
    assert "never_Shown" not in line


def test_the_rest_of_a_line_stays(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("INFO", TOKEN)
    logging.getLogger("bot.run").info("calling %s twice", URL)
    line = logged(capsys)
    assert line.endswith(" INFO bot.run: calling https://api.telegram.org/bot<token>/getMe twice\n")


@pytest.mark.parametrize("token", ["", "123456:"])
def test_without_a_token_nothing_is_replaced(token: str) -> None:
    record = logging.LogRecord("bot", logging.INFO, __file__, 1, "hello", (), None)
    assert Redacted(token).format(record).endswith(" INFO bot: hello")


def test_libraries_do_not_tell_every_call(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("DEBUG", TOKEN)
    for name in ("aiohttp.access", "httpx", "httpcore.http11", "telegram.Bot"):
        logging.getLogger(name).info("a call")
        logging.getLogger(name).warning("%s warns", name)
    assert [line.split(": ")[1] for line in logged(capsys).splitlines()] == [
        "aiohttp.access warns",
        "httpx warns",
        "httpcore.http11 warns",
        "telegram.Bot warns",
    ]


def test_who_wants_only_errors_gets_no_warnings(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("ERROR", TOKEN)
    logging.getLogger("telegram.Bot").warning("slow")
    logging.getLogger("bot").warning("slow")
    assert logged(capsys) == ""


def test_there_is_one_handler_however_often_it_is_configured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = io.StringIO()
    logging.getLogger().addHandler(logging.StreamHandler(other))
    configure_logging("INFO", TOKEN)
    configure_logging("INFO", TOKEN)
    logging.getLogger("bot").info("once")
    assert len(logged(capsys).splitlines()) == 1
    assert other.getvalue() == ""
