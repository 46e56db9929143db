"""``deckgen schema``: editors know the keys that deckgen knows, and take what deckgen takes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from conftest import REPOSITORY, MakeProject, Run

from deckgen.source.schemas import FILES

TERM = "name: Term\nlist: terms\nfields: [{name: word, required: true}]\ncards: [{name: Define}]\n"
UNKNOWN = "qqqqqqqqqq: 1"


class _Yaml12(yaml.SafeLoader):
    """YAML as editors read it: version 1.2 has no dates."""


_Yaml12.yaml_implicit_resolvers = {
    first: [each for each in found if not each[0].endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def schema_of(name: str, root: Path, run: Run) -> dict[str, object]:
    result = run("schema", name, "--project", root)
    assert result.exit_code == 0, result.output
    schema = json.loads(result.stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    return schema


def keys_at(schema: object, *path: str) -> set[str]:
    for part in path:
        schema = schema[part]
    return set(schema["properties"])


@pytest.mark.parametrize(
    ("name", "file", "text", "path"),
    [
        ("settings", "deckgen.yaml", f"name: Test\nid: test\n{UNKNOWN}\n", ()),
        ("settings", "deckgen.yaml", f"name: Test\nid: test\ntheme: {{{UNKNOWN}}}\n", ("properties", "theme")),
        ("settings", "deckgen.yaml", f"name: Test\nid: test\ncoverage: {{{UNKNOWN}}}\n", ("properties", "coverage")),
        ("outline", "ch01/outline.yaml", f"id: ch01\nnumber: 1\ntitle: One\nsections: []\n{UNKNOWN}\n", ()),
        ("notetype", "notetypes/term/notetype.yaml", f"{TERM}{UNKNOWN}\n", ()),
        ("notetype", "notetypes/term/notetype.yaml", TERM.replace("word,", f"word, {UNKNOWN},"),
         ("properties", "fields", "items")),
        ("notetype", "notetypes/term/notetype.yaml", TERM.replace("Define", f"Define, {UNKNOWN}"),
         ("properties", "cards", "items")),
        ("notes", "ch01/a.yaml", f"concepts:\n  - {{id: a, prompt: A?, answer: B, {UNKNOWN}}}\n",
         ("properties", "concepts", "items")),
        ("notes", "ch01/a.yaml", f"terms:\n  - {{id: a, word: B, {UNKNOWN}}}\n", ("properties", "terms", "items")),
    ],
)  # fmt: skip
def test_a_schema_has_the_keys_that_deckgen_knows(
    name: str, file: str, text: str, *, path: tuple[str, ...], make_project: MakeProject, run: Run
):
    folder = "notetypes/term"
    files = {f"{folder}/notetype.yaml": TERM, f"{folder}/define.front.html": "{{Word}}",
             f"{folder}/define.back.html": "{{Word}}"}  # fmt: skip
    root = make_project({**files, file: text})
    known = re.search(r"`qqqqqqqqqq` .*\n    The keys are (.*)\.", run("check", root).stdout)
    assert known
    (root / file).write_text(text.replace(UNKNOWN, "").replace(", }", "}").replace(", ,", ","))
    assert keys_at(schema_of(name, root, run), *path) == set(re.findall(r"`(\w+)`", known[1]))


@pytest.mark.parametrize("project", ["cards", "deckgen/starter"])
def test_the_files_of_a_project_are_what_their_schemas_ask_for(project: str, run: Run):
    root = REPOSITORY / project
    for name in ("notes", "outline", "settings"):
        schema = schema_of(name, root, run)
        for file in root.rglob("*.yaml"):
            is_note = file.name not in ("deckgen.yaml", "outline.yaml", "stories.yaml")
            if (name == "notes") is is_note and (is_note or file.name in FILES[name]):
                text = file.read_text(encoding="utf-8").replace("$name", "Test").replace("$id", "test")
                jsonschema.validate(yaml.load(text, _Yaml12), schema)  # noqa: S506 - a safe loader


@pytest.mark.parametrize("file", sorted((REPOSITORY / "deckgen/note_types").glob("*/notetype.yaml")), ids=str)
def test_the_built_in_note_types_are_what_the_schema_asks_for(file: Path, run: Run):
    schema = schema_of("notetype", REPOSITORY / "cards", run)
    jsonschema.validate(yaml.safe_load(file.read_text(encoding="utf-8")), schema)


def test_every_key_says_what_it_is_for(run: Run):
    def silent(schema: object, path: str) -> list[str]:
        found = []
        if isinstance(schema, dict):
            for key, value in schema.get("properties", {}).items():
                if "description" not in value:
                    found.append(f"{path}/{key}")
                found += silent(value, f"{path}/{key}")
            found += silent(schema.get("items"), f"{path}[]")
        return found

    for name in FILES:
        missing = silent(schema_of(name, REPOSITORY / "cards", run), name)
        obvious = re.compile(r"/(id|title|type)$|/light/|/dark/|^stories/")
        assert [path for path in missing if not obvious.search(path)] == []


def test_all_are_written_into_a_folder(make_project: MakeProject, run: Run):
    root = make_project()
    assert run("schema", "-p", root, "-o", "out").exit_code == 0
    assert sorted(path.name for path in Path("out").iterdir()) == sorted(
        f"{name}.schema.json" for name in FILES
    )
    assert run("schema", "-p", root).exit_code == 2
