"""What an archive holds as JSON: projects with their plans, and every version of every sheet."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from flows.archive.cells import IDENTIFIER
from flows.kinds import KINDS
from flows.plan import plan_of
from flows.project import Area, Project
from flows.sheet import LEVELS, MOMENTS, REGISTRARS, Sheet, restored

PROJECTS = "plan/projects.json"
SHEETS = "sheets"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_VERSIONS = 1_000_000


def sheet_file(name: str, version: int) -> str:
    """Return the file of a version of a sheet."""
    return f"{SHEETS}/{name}-{version}.json"


def sheet_content(sheet: Sheet) -> dict[str, object]:
    """Return a sheet as it was released, with its translations."""
    return {
        "definition": json.loads(sheet.definition()),
        "texts": {language: dict(texts) for language, texts in sorted(sheet.texts.items())},
    }


def sheet_of(content: Any) -> Sheet:  # noqa: ANN401 - JSON
    """Return the sheet that sheet_content told; raises ValueError for what is none."""
    _require(isinstance(content, dict) and content.keys() == {"definition", "texts"}, "no sheet")
    texts = content["texts"]
    _require(
        isinstance(texts, dict) and all(_is_words(said) for said in texts.values()),
        "no translations",
    )
    try:
        sheet = restored(json.dumps(content["definition"]), texts)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"this is no sheet ({error})") from None
    _require(_fits(sheet, Sheet), "no sheet: something in it is of another kind")
    _require(NAME.fullmatch(sheet.name) is not None, "no name of a sheet")
    _require(0 < sheet.version < MOST_VERSIONS, "no version of a sheet")
    types = {question.type for question in sheet.questions}
    _require(sheet.level in LEVELS and types <= KINDS.keys(), "no sheet of this program")
    _require({*sheet.moments} <= {*MOMENTS}, "no sheet of this program")
    return sheet


def _fits(value: Any, kind: Any) -> bool:  # noqa: ANN401 - a type as it is written
    """Whether a value is what the type of a sheet's field says."""
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return type(value) is kind and all(
            _fits(getattr(value, item.name), hints[item.name]) for item in fields(kind)
        )
    if get_origin(kind) is tuple:
        return isinstance(value, tuple) and all(_fits(item, get_args(kind)[0]) for item in value)
    if get_origin(kind) is Mapping:
        inner = get_args(kind)[1]
        return isinstance(value, Mapping) and all(_fits(item, inner) for item in value.values())
    return type(value) is kind


def project_content(project: Project) -> dict[str, object]:
    """Return all that was decided about a project."""
    return {
        "id": project.id,
        "name": project.name,
        "areas": [asdict(area) for area in project.areas],
        "selection": list(project.selection),
        "registrars": dict(sorted(project.registrars.items())),
        "dates": dict(sorted(project.dates.items())),
        "rules": dict(sorted(project.rules.items())),
    }


def project_of(content: Any) -> Project:  # noqa: ANN401 - JSON
    """Return the project that project_content told; raises ValueError for what is none."""
    kinds = {"id": str, "name": str, "areas": list, "selection": list}
    kinds |= dict.fromkeys(("registrars", "dates", "rules"), dict)
    _require(isinstance(content, dict) and content.keys() == kinds.keys(), "no project")
    wrong = [name for name, kind in kinds.items() if not isinstance(content[name], kind)]
    _require(not wrong, f"no {''.join(wrong[:1])} of a project")
    _require(IDENTIFIER.fullmatch(content["id"]) is not None, "no identifier of a project")
    _require(bool(content["name"]), "a project without a name")
    _require(all(isinstance(code, str) for code in content["selection"]), "no selection")
    _require(set(content["registrars"].values()) <= {*REGISTRARS}, "nobody who registers")
    plan_of(content["dates"], content["rules"])
    return Project(
        **content
        | {"areas": tuple(map(_area, content["areas"])), "selection": tuple(content["selection"])}
    )


def _area(content: Any) -> Area:  # noqa: ANN401 - JSON
    _require(isinstance(content, dict) and content.keys() == {"name", "label", "former"}, "no area")
    words = {name: content[name] for name in ("name", "label")}
    _require(_is_words(words) and isinstance(content["former"], bool), "no area")
    return Area(**content)


def _is_words(content: object) -> bool:
    return isinstance(content, Mapping) and all(isinstance(text, str) for text in content.values())


def _require(is_so: bool, what: str) -> None:
    if not is_so:
        raise ValueError(f"this is {what}")
