"""Which files belong to which catalog."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

LOCALE = "zh_Hans"
PROJECT = "project"


@dataclass(frozen=True)
class Place:
    """One catalog: the files it is made from and where it is kept."""

    label: str
    python: tuple[Path, ...]
    templates: tuple[Path, ...]
    po: Path

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")


def root() -> Path:
    return Path(settings.BASE_DIR)


def _own_apps() -> dict[str, Path]:
    """Labels and folders of the portal's own apps, found on disk: a folder with `apps.py` is one."""
    found = [*root().glob("bureau/*/apps.py"), *root().glob("*/apps.py")]
    return {path.parent.name: path.parent for path in sorted(found)}


def _po(folder: Path) -> Path:
    return folder / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def _python(folder: Path) -> tuple[Path, ...]:
    return tuple(sorted(p for p in folder.rglob("*.py") if "migrations" not in p.parts))


def owner_of(template: Path, labels: set[str]) -> str:
    """`subsidies/form.html` and `admin/subsidies/…` are the app's, the rest is the project's."""
    folders = template.parts[:-1]
    if folders and folders[0] == "admin":
        folders = folders[1:]
    return folders[0] if folders and folders[0] in labels else PROJECT


def places() -> Iterator[Place]:
    """The project's catalog, then each app's."""
    own, shelf = _own_apps(), root() / "templates"
    owned: dict[str, list[Path]] = {}
    for path in sorted([*shelf.rglob("*.html"), *shelf.rglob("*.txt")]):
        owned.setdefault(owner_of(path.relative_to(shelf), set(own)), []).append(path)
    wiring = tuple(sorted((root() / "bureau").glob("*.py")))
    yield Place(PROJECT, wiring, tuple(owned.get(PROJECT, ())), _po(root()))
    for label, folder in sorted(own.items()):
        inside = sorted(folder.glob("templates/**/*.html"))
        yield Place(label, _python(folder), (*owned.get(label, ()), *inside), _po(folder))


def chosen(labels: list[str]) -> list[Place]:
    """The places named, or all. Raises LookupError with the labels there are."""
    known = {place.label: place for place in places()}
    if unknown := set(labels) - set(known):
        raise LookupError(f"No catalog {', '.join(sorted(unknown))}; there are {', '.join(known)}.")
    return [known[label] for label in labels] if labels else list(known.values())
