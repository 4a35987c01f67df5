"""R: a script that reads the CSV files with their types and labels."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from flows.exports.dataset import Dataset
from flows.exports.format import NUMERIC
from flows.exports.long import columns
from flows.exports.variables import Variable, joined, variables_of
from flows.exports.wide import ABOUT, columns_of
from flows.texts import marked

TYPES = {"revision": "integer", "sheet_version": "integer", "observed_on": "Date"}

SPECIAL = re.compile(r"[^ !#-\[\]-~]")
LAST_SHORT = 0xFFFF
"""The last sign of which R takes four digits."""

START = """\
# Reads long.csv and wide.csv, exported in the same folder, with their types and labels:
#   source("load.R", chdir = TRUE)
# `long` has a row for each value and `wide` a row for each record. NA is explained in `status`,
# in wide in the column status.<sheet>.<question>. Only base R is needed.
"""

FUNCTIONS = """\
read_export <- function(file, types) {
  table <- read.csv(
    file, colClasses = types, na.strings = "", check.names = FALSE, encoding = "UTF-8"
  )
  table$complete <- table$complete == "yes"
  table$submitted_at <- as.POSIXct(
    table$submitted_at, format = "%Y-%m-%dT%H:%M:%SZ", tz = "UTC"
  )
  table
}

if (file.exists("long.csv")) {
  long <- read_export("long.csv", long_types)
  long$number <- NA_real_
  # A choice has a category where a monthly sum counts it.
  is_counted <- long$type %in% numeric_types | !is.na(long$category)
  is_number <- is_counted & grepl("^-?[0-9]+([.][0-9]+)?$", long$value)
  long$number[is_number] <- as.numeric(long$value[is_number])
}

if (file.exists("wide.csv")) {
  wide <- read_export("wide.csv", wide_types)
  for (name in names(choices)) {
    wide[[name]] <- factor(
      wide[[name]],
      levels = names(choices[[name]]), labels = unname(choices[[name]]),
      ordered = name %in% ranked
    )
  }
  for (name in names(question_labels)) {
    attr(wide[[name]], "label") <- question_labels[[name]]
  }
}
"""


class RScript:
    """A script for base R; it depends on the sheets only."""

    title = marked("A script that reads the CSV files in R")
    shared = False
    file = "load.R"

    def write(self, folder: Path, data: Dataset) -> dict[str, int]:
        """Write the script; it has no rows."""
        asked = _asked(data)
        chosen = {name: item for name, item in asked.items() if item.kind == "choice"}
        wide = {name: _type(name, asked) for name in (*ABOUT, *columns_of(data.sheets))}
        parts = (
            START,
            _named("long_types", {name: _type(name, {}) for name in columns(data.languages)}),
            _named("wide_types", wide),
            f"numeric_types <- {_vector(NUMERIC)}\n",
            _choices(chosen),
            f"ranked <- {_vector(n for n, item in chosen.items() if item.measure == 'ordinal')}\n",
            _named("question_labels", {name: joined(item.labels) for name, item in asked.items()}),
            FUNCTIONS,
        )
        (folder / self.file).write_text("\n".join(parts), encoding="ascii")
        return {self.file: 0}


def quoted(text: str) -> str:
    """Return a text as R reads it, in ASCII, so that no encoding can change it."""
    return f'"{SPECIAL.sub(_escaped, text)}"'


def _escaped(sign: re.Match[str]) -> str:
    code = ord(sign[0])
    if sign[0] in '"\\':
        return f"\\{sign[0]}"
    return f"\\U{code:08x}" if code > LAST_SHORT else f"\\u{max(code, 1):04x}"


def _asked(data: Dataset) -> dict[str, Variable]:
    """Return the columns of wide.csv that are values, as their newest version has them."""
    found: dict[str, Variable] = {}
    several: set[str] = set()
    for sheet in dict.fromkeys(name for name, _ in sorted(data.sheets)):
        for variable in variables_of(data, sheet):
            name = f"{sheet}.{variable.path}"
            several |= {name} & found.keys()
            found.setdefault(name, variable)
    # What versions ask in different ways has no type that fits all of it.
    return {name: found[name] for name in columns_of(data.sheets) if name in found.keys() - several}


def _type(name: str, asked: Mapping[str, Variable]) -> str:
    variable = asked.get(name)
    if variable is None:
        return TYPES.get(name, "character")
    if variable.kind == "date":
        return "Date"
    return "numeric" if variable.kind in ("number", "switch") else "character"


def _choices(chosen: Mapping[str, Variable]) -> str:
    lists = ",\n".join(f"  {quoted(name)} = c({_levels(item)})" for name, item in chosen.items())
    return f"choices <- list(\n{lists}\n)\n"


def _levels(variable: Variable) -> str:
    labels = [joined(choice.labels) or choice.name for choice in variable.choices]
    return ", ".join(
        # Two choices with one label would become one level.
        f"{quoted(item.name)} = "
        + quoted(f"{label} ({item.name})" if labels.count(label) > 1 else label)
        for item, label in zip(variable.choices, labels, strict=True)
    )


def _named(name: str, values: Mapping[str, str]) -> str:
    lines = ",\n".join(f"  {quoted(key)} = {quoted(value)}" for key, value in values.items())
    return f"{name} <- c(\n{lines}\n)\n"


def _vector(words: Iterable[str]) -> str:
    return f"c({', '.join(map(quoted, words))})"
