"""The action of this repository, and the workflows in the documents: as their schemas ask, and run step by step."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "run" in step}
BLOCKS = re.findall(r"(?s)```yaml\n(.*?)```", (REPOSITORY / "docs/ci.md").read_text(encoding="utf-8"))


def check_schema(schema: str, file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, os.fspath(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_the_action_is_what_the_schema_of_actions_asks_for():
    check_schema("vendor.github-actions", REPOSITORY / "action.yml")


@pytest.mark.parametrize(
    ("schema", "block"), [("vendor.github-workflows", BLOCKS[0]), ("vendor.gitlab-ci", BLOCKS[1])]
)
def test_the_workflows_in_the_documents_are_what_their_schemas_ask_for(
    schema: str, block: str, tmp_path: Path
):
    file = tmp_path / "workflow.yml"
    file.write_text(block)
    check_schema(schema, file)


def test_the_workflow_of_a_new_project_is_what_the_schema_asks_for_and_the_action_takes(tmp_path: Path):
    subprocess.run([sys.executable, "-m", "deckgen", "init", "deck"], cwd=tmp_path, check=True)
    file = tmp_path / "deck/.github/workflows/deck.yml"
    check_schema("vendor.github-workflows", file)
    (job,) = yaml.safe_load(file.read_text())["jobs"].values()
    assert job["steps"][1]["with"].keys() <= ACTION["inputs"].keys()


def test_the_steps_pass_a_new_project_once_it_was_built(runner: dict[str, str], tmp_path: Path):
    root = tmp_path / "deck"
    for command in ("init", "build"):
        subprocess.run([sys.executable, "-m", "deckgen", command, os.fspath(root)], check=True)
    for name in ("Check", "Build", "Coverage"):
        result = run_step(name, {"project": os.fspath(root), "strict": "true"}, runner)
        assert result.returncode == 0, result.stdout + result.stderr


def test_the_workflow_in_the_documents_gives_the_action_what_it_takes():
    (job,) = yaml.safe_load(BLOCKS[0])["jobs"].values()
    (step,) = (step for step in job["steps"] if "deckgen" in step["uses"])
    assert step["with"].keys() <= ACTION["inputs"].keys()


def test_no_step_puts_an_input_into_its_script():
    """There it would run as a program: a name such as ``$(touch pwned)`` is the project's, not ours."""
    assert [name for name, step in STEPS.items() if "${{" in step["run"]] == []


@pytest.fixture
def runner(tmp_path: Path) -> dict[str, str]:
    """The environment of a runner, with this deckgen on its path."""
    files = {name: os.fspath(tmp_path / name.lower()) for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, **files, "RUNNER_TEMP": os.fspath(tmp_path), "PATH": path, "CI": "true"}


def run_step(name: str, inputs: dict[str, str], runner: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a step as a runner does: https://docs.github.com, "Workflow syntax", `jobs.<id>.steps[*].shell`."""
    step, values = STEPS[name], {key: str(each["default"]) for key, each in ACTION["inputs"].items()} | inputs
    own = {
        key: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda match: values[match[1]], value)
        for key, value in step.get("env", {}).items()
    }
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, env={**runner, **own}, capture_output=True, text=True, check=False)


def test_the_steps_check_build_and_compare_the_real_deck(runner: dict[str, str], tmp_path: Path):
    project = {"project": os.fspath(REPOSITORY / "cards")}
    for name in ("Check", "Build", "Coverage"):
        result = run_step(name, project, runner)
        assert result.returncode == 0, result.stdout + result.stderr
    package = tmp_path / "deck.apkg"
    assert f"package={package}\n" in Path(runner["GITHUB_OUTPUT"]).read_text()
    previous = tmp_path / "previous.apkg"
    shutil.copy(package, previous)
    result = run_step("What readers get", {"previous": os.fspath(previous)}, runner)
    assert result.returncode == 0, result.stdout + result.stderr
    summary = Path(runner["GITHUB_STEP_SUMMARY"]).read_text()
    assert "of 85 points taught" in summary
    assert "### Update" in summary


def test_a_bad_project_fails_at_the_check_with_a_mark_beside_the_line(runner: dict[str, str], tmp_path: Path):
    cards = tmp_path / "my cards"
    shutil.copytree(REPOSITORY / "cards", cards, ignore=shutil.ignore_patterns("build"))
    (cards / "ch36/bad.yaml").write_text("concepts:\n  - {id: a, promt: A?, answer: B}\n")
    result = run_step("Check", {"project": os.fspath(cards)}, runner)
    assert result.returncode == 1
    assert re.search(r"^::error file=.*bad\.yaml,line=2,", result.stdout, re.MULTILINE)


def test_strict_lets_a_warning_fail(runner: dict[str, str], tmp_path: Path):
    cards = tmp_path / "cards"
    shutil.copytree(REPOSITORY / "cards", cards, ignore=shutil.ignore_patterns("build"))
    (cards / "ch36/weak.yaml").write_text(
        "concepts:\n  - {id: weak, covers: [ownership/end-to-end], prompt: Is it?, answer: B}\n"
    )
    codes = [
        run_step("Check", {"project": os.fspath(cards), "strict": each}, runner).returncode
        for each in ("false", "true")
    ]
    assert codes == [0, 1]
