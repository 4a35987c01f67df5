"""What the server says when it does not do what it was asked for."""


class Refusal(Exception):
    """An answer that is not ok, as Telegram words it.

    `broken` says that the call broke a rule that the caller could have known, whatever the state
    of the chats: a limit, a type, a parameter that does not exist.
    """

    def __init__(
        self,
        description: str,
        code: int = 400,
        *,
        broken: bool = False,
        retry_after: int = 0,
    ) -> None:
        super().__init__(description)
        self.description = description
        self.code = code
        self.broken = broken
        self.retry_after = retry_after


def bad_request(why: str, *, broken: bool = False) -> Refusal:
    """The refusal that Telegram gives for nearly everything."""
    return Refusal(f"Bad Request: {why}", broken=broken)
