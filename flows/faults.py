"""All that an author or a translator can have done wrong, in the handbook and the translations."""

from pathlib import Path

from flows import catalogues, extraction
from flows.checking import check
from flows.loading import HANDBOOK
from flows.problems import Problem, problem


def everything(path: Path | None) -> list[Problem]:
    """Return the faults of a handbook and of the translations that belong to it.

    Without a path that is the handbook of this program. A folder may hold its own translations
    in `locales/`; a .po file is compared with the texts of this program.
    """
    if path is None:
        return check(HANDBOOK).problems + _translations(catalogues.LOCALES)
    if path.suffix == ".po" and path.exists():
        return _one_catalogue(path)
    if path.is_dir() and not any(path.glob("*.yaml")) and any(path.glob("*/LC_MESSAGES/*.po")):
        return _translations(path)
    own = path / "locales" if path.is_dir() else path
    return [*check(path).problems, *(_translations(own) if own.is_dir() else [])]


def _translations(folder: Path) -> list[Problem]:
    found = catalogues.read(folder)
    problems = list(found.problems)
    if check(HANDBOOK).problems:
        # Without a sound handbook nobody can say what its translations lack.
        return problems
    made = extraction.templates()
    for (domain, language), path in found.files.items():
        problems += catalogues.faults(path, found.domains[domain][language], made[domain])
    for domain, template in made.items():
        path = folder / f"{domain}.pot"
        if path.exists() and path.read_bytes() != extraction.written(template):
            problems.append(problem("template_outdated", path, 0, what=path.name))
    return problems


def _one_catalogue(path: Path) -> list[Problem]:
    problems: list[Problem] = []
    language = path.parent.parent.name if path.parent.name == "LC_MESSAGES" else path.stem
    domain = path.stem if path.stem in catalogues.DOMAINS else "bot"
    catalogue = catalogues.read_file(path, language, problems)
    if catalogue is not None:
        problems += catalogues.faults(path, catalogue, extraction.templates()[domain])
    return problems
