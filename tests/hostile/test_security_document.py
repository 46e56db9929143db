"""SECURITY.md says what is so: the limits, and every dependency with its licence."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import metadata

import pytest
from conftest import REPOSITORY

from deckgen.model.limits import DEFAULTS, MOST_LEVELS, most_nodes

TEXT = (REPOSITORY / "SECURITY.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
NAMES = [
    re.match(r"[\w-]+", each)[0] for each in (*PROJECT["dependencies"], *EXTRAS["anki"], *EXTRAS["preview"])
]


@pytest.mark.parametrize("name", NAMES)
def test_each_dependency_is_listed_with_its_licence(name: str):
    licence = re.search(rf"^\| {name} \| (.+?) \|", TEXT, re.MULTILINE)[1]
    about = metadata(name)
    said = about.get("License-Expression") or about.get("License") or ""
    classifiers = [each for each in about.get_all("Classifier") or [] if each.startswith("License")]
    family = re.match(r"[0-9]?[A-Z]+", licence)[0].removeprefix("0")
    assert family in f"{said} {classifiers}".upper() or (family == "APACHE" and "Apache" in f"{classifiers}")


def test_no_other_dependency_is_listed():
    table = TEXT.partition("## What each dependency")[2].partition("\n## ")[0]
    assert re.findall(r"^\| ([\w-]+) \|", table, re.MULTILINE)[1:] == NAMES


@pytest.mark.parametrize(("variable", "limit"), DEFAULTS.items())
def test_each_limit_is_stated(variable: str, limit: int):
    (row,) = [line for line in TEXT.splitlines() if line.endswith(f"| `{variable}` |")]
    assert f"| {limit:,}" in row


def test_the_other_limits_are_stated():
    assert f"{most_nodes():,} values" in TEXT
    assert f"in one another | {MOST_LEVELS} |" in TEXT
