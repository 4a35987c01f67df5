"""What is wrong with an archive, told with file, row and column."""

MOST = 20


class ArchiveProblem(Exception):
    """An archive that cannot be used; a line for each thing that is wrong."""


class Faults:
    """Gathers what is wrong; so many are enough."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._lines)

    def add(self, file: str, row: int, column: str, what: str) -> None:
        """Note a fault; row 0 is the whole file. Raises ArchiveProblem when these are enough."""
        places = [file, f"row {row}" if row else "", column]
        self._lines.append(f"{', '.join(place for place in places if place)}: {what}.")
        if self.count >= MOST:
            self._lines.append("There may be more.")
            self.check()

    def check(self) -> None:
        """Raise ArchiveProblem if there are any."""
        if self._lines:
            raise ArchiveProblem("\n".join([*self._lines, "Nothing was imported."]))
