"""What ODK says of the forms: pyxform converts each of them, and ODK Validate accepts each."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from pyxform.validators.odk_validate import ODK_VALIDATE_PATH
from pyxform.xls2xform import convert

from flows.expressions import FUNCTIONS
from flows.xlsform.portable import portable
from flows.xlsform.writing import workbook
from tests.builders import handbook, real_interface
from tests.forms import PLACES

JAVA = shutil.which("java")
needs_java = pytest.mark.skipif(JAVA is None, reason="ODK Validate needs Java")
SECONDS = 120

CALLS = {
    "not": "not(${a} = 1)",
    "true": "true()",
    "false": "false()",
    "boolean": "boolean(${a})",
    "number": "number(${a})",
    "string": "string(${a})",
    "floor": "floor(${a} div 2)",
    "ceiling": "ceiling(${a} div 2)",
    "concat": "concat(${a}, 'x')",
    "contains": "contains(${b}, 'x')",
    "starts-with": "starts-with(${b}, 'x')",
    "substring": "substring(${b}, 2, 1)",
    "string-length": "string-length(${b})",
    "normalize-space": "normalize-space(${b})",
    "translate": "translate(${b}, 'a', 'b')",
    "if": "if(${a} = 1, 2, 3)",
    "coalesce": "coalesce(${a}, 0)",
    "selected": "selected(${b}, 'x')",
    "selected-at": "selected-at(${b}, 0)",
    "count-selected": "count-selected(${b})",
    "int": "int(${a})",
    "round": "round(${a}, 1)",
    "min": "min(${a}, 1)",
    "max": "max(${a}, 1)",
    "pow": "pow(${a}, 2)",
    "abs": "abs(${a})",
    "regex": "regex(${b}, 'a|b')",
    "today": "today()",
    "date": "date('2026-03-02')",
}
"""Each function that a sheet may use."""


@pytest.fixture(scope="module")
def forms() -> Mapping[str, tuple[str, list[str]]]:
    """Every sheet as an XForm, with pyxform's warnings; with projects to choose and without."""
    made = {
        f"{name}{kind}": convert(workbook(sheet, real_interface(), projects))
        for name, sheet in handbook().items()
        for kind, projects in (("", ()), ("-with-projects", PLACES))
    }
    return {name: (result.xform, result.warnings) for name, result in made.items()}


def refused_by_odk(forms: Mapping[str, str], folder: Path) -> str:
    """Return what ODK Validate says against some forms; one start of Java for all of them."""
    assert JAVA
    paths = []
    for name, form in forms.items():
        path = folder / f"{name}.xml"
        path.write_text(form, encoding="utf-8")
        paths.append(str(path))
    command = [JAVA, "-Djava.awt.headless=true", "-jar", ODK_VALIDATE_PATH, *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    return done.stderr if done.returncode else ""


def calculated(expressions: Mapping[str, str]) -> dict[str, str]:
    """Return a form for each expression that calculates it."""
    names = {"type": "text", "name": "b", "label": "B"}
    return {
        name: convert(
            {
                "survey": [
                    {"type": "integer", "name": "a", "label": "A"},
                    names,
                    {"type": "calculate", "name": "c", "calculation": expression},
                ],
                "settings": [{"form_id": "calls"}],
            }
        ).xform
        for name, expression in expressions.items()
    }


def test_pyxform_converts_every_sheet_without_a_warning(
    forms: Mapping[str, tuple[str, list[str]]],
) -> None:
    assert {name: warned for name, (_, warned) in forms.items() if warned} == {}


def test_every_form_speaks_all_languages(forms: Mapping[str, tuple[str, list[str]]]) -> None:
    languages = ("English (en)", "Deutsch (de)", "Français (fr)", "Nederlands (nl)")
    for name, (form, _) in forms.items():
        assert all(f'<translation lang="{language}"' in form for language in languages), name
        # What pyxform writes where a language has no text.
        assert "<value>-</value>" not in form, name


@needs_java
def test_odk_validate_accepts_every_sheet(
    forms: Mapping[str, tuple[str, list[str]]], tmp_path: Path
) -> None:
    assert refused_by_odk({name: form for name, (form, _) in forms.items()}, tmp_path) == ""


def test_every_function_is_tried() -> None:
    assert set(CALLS) == set(FUNCTIONS)


@needs_java
def test_odk_knows_every_function_that_a_sheet_may_use(tmp_path: Path) -> None:
    made = calculated({name: portable(call, {}, {}) for name, call in CALLS.items()})
    assert refused_by_odk(made, tmp_path) == ""


@needs_java
def test_odk_does_refuse_what_it_does_not_know(tmp_path: Path) -> None:
    assert "floor" in refused_by_odk(calculated({"floor": CALLS["floor"]}), tmp_path)
