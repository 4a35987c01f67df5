"""What every state of the conversation can do."""

from typing import Protocol

from flows.session import Screen, Session


class State(Protocol):
    """A state: what it shows, and what it makes of a tap and of a text that is no button."""

    def show(self, session: Session) -> Screen:
        """Return what the worker sees in this state."""
        ...

    def tap(self, session: Session, action: str) -> None:
        """Do what a button of this state says."""
        ...

    def read(self, session: Session, text: str) -> None:
        """Make sense of a text that names no button."""
        ...

    def back(self, session: Session) -> None:
        """Go one step back."""
        ...
