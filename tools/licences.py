"""Print the page on the licences of all that comes with deckgen, from what is installed: `make docs`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_HEAD = """\
# Licences

deckgen itself is under the MIT licence. This is what `pip install 'deckgen-anki[anki,preview]'` brings with
it on Linux with Python 3.11, each under the licence that its metadata names. `SECURITY.md`
in the repository says what each is trusted with. Nothing of it is in a package that deckgen writes.

| library | licence | needed by |
|---|---|---|
"""
# The page is the same one wherever it is made.
_MACHINE = {"platform_system": "Linux", "sys_platform": "linux", "python_version": "3.11"}


def needed(name: str, extras: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what an installed package with these extras needs, and the extras of that."""
    for requirement in map(Requirement, distribution(name).requires or ()):
        marker = requirement.marker
        if not marker or any(marker.evaluate({**_MACHINE, "extra": extra}) for extra in ("", *extras)):
            yield canonicalize_name(requirement.name), tuple(sorted(requirement.extras))


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def licence_of(package: Distribution) -> str:
    """Return the licence that a package's metadata names."""
    about = package.metadata
    classifiers = [
        each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if "License ::" in each
    ]
    said = [*about.get_all("License-Expression", ()), ", ".join(classifiers), *about.get_all("License", ())]
    return next(filter(None, said), "not said").splitlines()[0]


def licences() -> str:
    """Return the page."""
    users: dict[str, set[str]] = {}
    left: list[tuple[str, tuple[str, ...]]] = [("deckgen-anki", ("anki", "preview"))]
    while left:
        name, extras = left.pop()
        for other, its_extras in needed(name, extras):
            if not _is_installed(other):  # only an older Python needs it
                continue
            if other not in users:
                left.append((other, its_extras))
            users.setdefault(other, set()).add("deckgen" if name == "deckgen-anki" else name)
    rows = (
        f"| {name} | {licence_of(distribution(name))} | {', '.join(sorted(by))} |\n"
        for name, by in sorted(users.items())
    )
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    print(licences(), end="")
