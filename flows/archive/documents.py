"""What an archive holds as JSON: projects with their plans, and every version of every sheet."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flows.kinds import KINDS
from flows.plan import plan_of
from flows.project import Area, Project
from flows.sheet import LEVELS, REGISTRARS, Sheet, restored

PROJECTS = "plan/projects.json"
SHEETS = "sheets"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


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
        sheet.digest, sheet.sources  # noqa: B018 - what cannot be worked out is no sheet
        types = {question.type for question in sheet.questions}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"this is no sheet ({error})") from None
    is_known = isinstance(sheet.name, str) and isinstance(sheet.version, int)
    _require(is_known and NAME.fullmatch(sheet.name) is not None, "no name of a sheet")
    _require(sheet.level in LEVELS and types <= KINDS.keys(), "no sheet of this program")
    return sheet


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
    _require(bool(content["id"]) and bool(content["name"]), "a project without a name")
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
