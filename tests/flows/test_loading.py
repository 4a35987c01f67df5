from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.checking import check
from flows.problems import PROBLEMS
from tests.builders import CHOICES, INDICATOR, SHEET

ASKED = """\
  - type: integer
    name: count
    indicator: T1
    label: How many?
"""


@dataclass(frozen=True)
class Faulty:
    """Files that have one fault, on the line that says `# here`; without one, in `file`."""

    survey: str = ""
    sheet: str = SHEET
    choices: str = CHOICES
    indicators: str = INDICATOR
    raw: bytes = b""
    folder: str = ""
    file: str = "tiny.yaml"
    look_at: str = ""

    def write(self, folder: Path) -> tuple[str, int]:
        files = {
            "indicators.yaml": self.indicators.encode(),
            "choices.yaml": self.choices.encode(),
            "tiny.yaml": self.raw or (self.sheet + ASKED + self.survey).encode(),
        }
        if self.folder:
            (folder / self.folder).mkdir()
        place = (self.file, 0)
        for name, content in files.items():
            (folder / name).write_bytes(content)
            for number, line in enumerate(content.split(b"\n"), 1):
                if b"# here" in line:
                    place = (name, number)
        return place


def row(*lines: str) -> str:
    return "  - " + "\n    ".join(lines) + "\n"


def number(*lines: str) -> str:
    return row("type: integer", "name: number", "label: A number?", *lines)


def constraint(expression: str) -> str:
    return number(f"constraint: {expression}  # here", "constraint_message: No.")


def group(name: str) -> str:
    return row("type: begin_group", f"name: {name}", "label: A group")


END = row("type: end_group")
DEEP = "[" * 20 + "]" * 20

FAULTY = {
    "file_missing": Faulty(look_at="nothing.yaml", file="nothing.yaml"),
    "file_unreadable": Faulty(folder="folder.yaml", file="folder.yaml"),
    "file_not_utf8": Faulty(raw=b"sheet: tiny\ntitle: caf\xe9 # here\n"),
    "file_empty": Faulty(raw=b"# only this\n"),
    "yaml_syntax": Faulty(survey='    hint: "\\q" # here\n'),
    "yaml_alias": Faulty(survey=number("hint: *other # here")),
    "yaml_nesting": Faulty(survey=number(f"quick: {DEEP} # here")),
    "yaml_documents": Faulty(survey="--- # here\nsheet: tiny\n"),
    "yaml_duplicate": Faulty(survey=number("hint: One", "hint: Two # here")),
    "value_shape": Faulty(survey=number("hint: [One] # here")),
    "column_unknown": Faulty(survey=number("lable: A number? # here")),
    "column_missing": Faulty(survey="  - name: number # here\n    label: A number?\n"),
    "value_unknown": Faulty(survey=number("required: maybe # here")),
    "number_wrong": Faulty(
        survey=row("type: text", "name: a", "label: A?", "max_length: 0 # here")
    ),
    "name_invalid": Faulty(survey="  - name: Number # here\n    type: integer\n    label: A?\n"),
    "code_invalid": Faulty(
        indicators=INDICATOR
        + INDICATOR.replace("T1:\n", '"=1+1":\n').replace("name: Tiny", "name: Two # here")
    ),
    "name_duplicate": Faulty(survey="  - name: count # here\n    type: integer\n    label: A?\n"),
    "name_of_file": Faulty(sheet=SHEET.replace("sheet: tiny", "sheet: small # here")),
    "type_unknown": Faulty(survey=row("type: intger # here", "name: a", "label: A?")),
    "list_missing": Faulty(survey=row("type: select_one # here", "name: a", "label: A?")),
    "list_not_here": Faulty(survey=row("type: integer yes_no # here", "name: a", "label: A?")),
    "list_unknown": Faulty(survey=row("type: select_one yesno # here", "name: a", "label: A?")),
    "list_of_areas": Faulty(survey=row("type: counts area # here", "name: a", "label: A?")),
    "list_empty": Faulty(choices=CHOICES + "empty: [] # here\n"),
    "choice_duplicate": Faulty(choices=CHOICES + "  - name: old # here\n    label: Very old\n"),
    "label_duplicate": Faulty(choices=CHOICES + "  - name: older # here\n    label: Old\n"),
    "label_missing": Faulty(survey=row("type: integer # here", "name: number")),
    "indicator_unknown": Faulty(survey=number("indicator: T2 # here")),
    "indicator_unasked": Faulty(
        indicators=INDICATOR
        + INDICATOR.replace("T1:\n", "T2:\n").replace("e: Tiny", "e: Two # here")
    ),
    "moment_unasked": Faulty(
        indicators=INDICATOR.replace("Tiny", "Tiny # here").replace(
            "continuous", "baseline, continuous"
        )
    ),
    "moment_not_here": Faulty(survey=number("moments: [final] # here")),
    "group_open": Faulty(survey=row("type: begin_group # here", "name: a", "label: A")),
    "group_closed": Faulty(survey=row("type: end_group # here")),
    "group_nested": Faulty(
        survey=group("a") + row("type: begin_group # here", "name: b", "label: B") + END
    ),
    "column_not_here": Faulty(survey=number("calculation: 1 + 1 # here")),
    "calculation_missing": Faulty(survey=row("type: calculate # here", "name: number")),
    "read_only_empty": Faulty(survey=number("read_only: yes # here")),
    "message_missing": Faulty(survey=number("warning: . > 3 # here")),
    "message_alone": Faulty(survey=number("constraint_message: Too many. # here")),
    "default_unknown": Faulty(
        survey=row("type: select_one yes_no", "name: a", "label: A?", "default: maybe # here")
    ),
    "observed_on_wrong": Faulty(sheet=SHEET.replace("observed_on: day", "observed_on: count")),
    "expression_syntax": Faulty(survey=constraint(". > (3")),
    "function_unknown": Faulty(survey=constraint("sum(.) > 3")),
    "function_arguments": Faulty(survey=constraint("selected(.)")),
    "regex_invalid": Faulty(survey=constraint("regex(., '[a')")),
    "name_not_reference": Faulty(survey=constraint(". < count")),
    "reference_unknown": Faulty(survey=constraint(". < ${number}")),
    "dot_not_here": Faulty(survey=number("relevant: . > 3 # here")),
    "folder_empty": Faulty(folder="empty", look_at="empty", file="empty"),
}
"""A sheet that is at fault as a whole is pointed at by its first line."""
ON_ITS_FIRST_LINE = {"observed_on_wrong": 1}


def test_every_problem_of_a_handbook_has_an_example() -> None:
    about_translations = {code for code in PROBLEMS if code.startswith(("po_", "template_"))}
    assert FAULTY.keys() == PROBLEMS.keys() - about_translations


@pytest.mark.parametrize("code", FAULTY)
def test_a_fault_is_reported_with_its_file_and_line(code: str, tmp_path: Path) -> None:
    faulty = FAULTY[code]
    file, line = faulty.write(tmp_path)
    line = ON_ITS_FIRST_LINE.get(code, line)
    problems = check(tmp_path / faulty.look_at if faulty.look_at else tmp_path).problems
    assert (code, tmp_path / file, line) in [(item.code, item.file, item.line) for item in problems]
    assert {item.code for item in problems} <= {code, *FOLLOWING.get(code, ())}


FOLLOWING = {
    "code_invalid": {"indicator_unasked"},
    "file_not_utf8": {"indicator_unasked"},
    "file_empty": {"indicator_unasked"},
    "yaml_syntax": {"indicator_unasked"},
    "yaml_nesting": {"number_wrong"},
    "choice_duplicate": {"label_duplicate"},
    "column_not_here": {"expression_syntax"},
}
"""What a fault brings with it."""


MORE = [
    (
        "name_duplicate",
        Faulty(
            survey=group("a") + END + row("type: begin_group # here", "name: a", "label: B") + END
        ),
    ),
    ("name_invalid", Faulty(choices=CHOICES + '    "label::nl": Onbekend # here\n')),
    ("name_invalid", Faulty(choices=CHOICES + "Yes-No: [{name: x, label: X}] # here\n")),
    ("name_invalid", Faulty(choices=CHOICES + "  - name: Ö # here\n    label: X\n")),
    ("yaml_syntax", Faulty(survey=number('hint: "a\\0b" # here'))),
    ("yaml_duplicate", Faulty(survey=number("? [a, b] # here", ": hint"))),
    ("yaml_alias", Faulty(survey=number("hint: &one One", "guidance_hint: *one # here"))),
    ("value_shape", Faulty(raw=b"- sheet: tiny # here\n")),
    ("value_shape", Faulty(raw=b"only a text # here\n")),
    ("value_shape", Faulty(indicators="- T1 # here\n", file="indicators.yaml")),
    ("value_shape", Faulty(raw=SHEET.partition("survey:")[0].encode() + b"survey: later # here\n")),
    ("column_missing", Faulty(survey="  - type # here\n")),
    (
        "column_missing",
        Faulty(sheet=SHEET.replace("title: Tiny sheet\n", "").replace("tiny", "tiny # here")),
    ),
    (
        "column_not_here",
        Faulty(survey=row("type: date", "name: a", "label: A?", "read_only: yes # here")),
    ),
    ("column_not_here", Faulty(survey=row("type: end_group", "hint: No # here"))),
    ("number_wrong", Faulty(survey=number("quick: [1, 0.5] # here"))),
    ("number_wrong", Faulty(sheet=SHEET.replace("version: 1", "version: 1.0 # here"))),
    ("expression_syntax", Faulty(survey=number('default: "(" # here'))),
    ("reference_unknown", Faulty(survey=number("relevant: ${number} = 1 # here"))),
    ("reference_unknown", Faulty(survey=number("default: ${age} # here"))),
    (
        "function_unknown",
        Faulty(
            survey=row(
                "type: select_one yes_no", "name: a", "label: A?", "choice_filter: name() # here"
            )
        ),
    ),
    ("list_not_here", Faulty(survey=row("type: text yes no # here", "name: a", "label: A?"))),
]


@pytest.mark.parametrize(
    ("code", "faulty"),
    [pytest.param(*pair, id=f"{pair[0]} {place}") for place, pair in enumerate(MORE)],
)
def test_another_fault_is_reported_with_its_file_and_line(
    code: str, faulty: Faulty, tmp_path: Path
) -> None:
    file, line = faulty.write(tmp_path)
    found = [(item.code, item.file, item.line) for item in check(tmp_path).problems]
    assert (code, tmp_path / file, line) in found
