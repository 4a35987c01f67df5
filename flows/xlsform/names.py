"""The names in a form: of the sheet's questions, and of what is put beside them."""

from collections.abc import Iterable

RESERVED = frozenset({"data", "formhub", "meta"})
"""What ODK and KoboToolbox put into every form themselves."""


class Names:
    """Gives names that nothing else in the form has, whatever the case of their letters."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = {name.lower() for name in taken} | RESERVED

    def fresh(self, wanted: str) -> str:
        """Return this name if it is free, else with a number behind it."""
        name, number = wanted, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name.lower())
        return name


def renamed(names: Iterable[str], reserved: Iterable[str] = RESERVED) -> dict[str, str]:
    """Return what the names are called that a form cannot have as they are."""
    every = [*names]
    made = Names([*every, *reserved])
    return {name: made.fresh(name) for name in every if name in reserved}
