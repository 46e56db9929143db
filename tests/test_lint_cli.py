"""``deckgen lint`` and ``deckgen explain`` as a user meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from conftest import REPOSITORY, MakeProject, Run

from deckgen.codes import ALL_CODES
from deckgen.lint.all_rules import RULES
from deckgen.model.addresses import DOCUMENTS

SOURCE = """\
concepts:
  - {id: a, prompt: "Is it safe?", answer: "No"}
  - {id: b, prompt: "Explain retries, backoff.", answer: "They repeat 50% of calls"}
  - {id: é, prompt: "dropped", answer: "for its id"}
"""


def test_lint_shows_findings_and_counts_them_by_rule(make_project: MakeProject, run: Run):
    result = run("lint", make_project(a=SOURCE.replace("é", "c").replace("dropped", "What is kept?")))
    assert result.exit_code == 0
    assert result.stdout == (
        "cards/ch01/a.yaml:2:22: warning yes-no The question can be answered by guessing yes or no.\n"
        "    Ask why, when or how, so that the answer shows the knowledge.\n"
        "cards/ch01/a.yaml:2:25: warning orphan-pronoun Nothing on the card says what `it` is.\n"
        "    Name the thing.\n"
        "cards/ch01/a.yaml:3:22: warning vague-front The prompt does not say what a full answer is.\n"
        "    Ask for one thing: what it is for, when it fails, what it costs.\n"
        "3 warnings\n"
        "    1  orphan-pronoun  warning\n    1  vague-front     warning\n    1  yes-no          warning\n"
    )


def test_a_note_that_could_not_be_read_is_never_passed_over(make_project: MakeProject, run: Run):
    result = run("lint", make_project(a=SOURCE), "--select", "maths")
    assert result.exit_code == 1
    assert "a.yaml:4:10: error bad-id" in result.stdout


def test_what_yaml_drops_is_told_unless_rules_are_selected(make_project: MakeProject, run: Run):
    root = make_project(a="concepts:\n  - id: a\n    prompt: What is a derive? # [derive]\n    answer: A\n")
    assert "a.yaml:3:31: warning yaml-comment" in run("lint", root).stdout
    assert "yaml-comment" not in run("lint", root, "--select", "maths").stdout


def test_strict_lets_warnings_fail(make_project: MakeProject, run: Run):
    root = make_project(a="concepts:\n  - {id: a, prompt: Explain retries., answer: B}\n")
    assert run("lint", root).exit_code == 0
    assert run("lint", root, "--strict").exit_code == 1


def test_an_unknown_rule_is_wrong_usage(make_project: MakeProject, run: Run):
    result = run("lint", make_project(a=SOURCE), "--select", "yes-no,promts")
    assert result.exit_code == 2
    assert "There is no rule or group `promts`. Did you mean `prompts`?" in " ".join(result.stderr.split())


def test_json_gives_every_part_of_a_finding(make_project: MakeProject, run: Run):
    result = run("lint", make_project(a=SOURCE), "--format", "json", "--select", "yes-no")
    finding = next(one for one in json.loads(result.stdout) if one["code"] == "yes-no")
    assert finding == {
        "path": "cards/ch01/a.yaml",
        "line": 2,
        "column": 22,
        "severity": "warning",
        "code": "yes-no",
        "message": "The question can be answered by guessing yes or no.",
        "hint": "Ask why, when or how, so that the answer shows the knowledge.",
    }


def test_github_gets_a_command_for_each_finding(make_project: MakeProject, run: Run):
    root = make_project({"ch01/a,b.yaml": "concepts:\n  - {id: a, prompt: 'Is 5% it?', answer: 'No'}\n"})
    result = run("lint", root, "--format", "github", "--select", "yes-no")
    assert result.stdout == (
        "::warning file=cards/ch01/a%2Cb.yaml,line=2,col=22,title=deckgen yes-no::"
        "The question can be answered by guessing yes or no. "
        "Ask why, when or how, so that the answer shows the knowledge.\n"
    )
    source = "clozes:\n  - {id: a, text: '{{c1::all the words}} of six here'}\n"
    result = run("lint", make_project({"ch01/a,b.yaml": source}), "--format", "github")
    assert result.stdout == ""
    source = "concepts:\n  - {id: a, tags: [Abc%b], prompt: P, answer: A}\n"
    result = run("lint", make_project({"ch01/a,b.yaml": source}), "--format", "github")
    assert "The tag `Abc%25b` has capitals." in result.stdout


# The properties that the schema of SARIF 2.1.0 requires, and the values that it allows, for what is written.
# sarif-schema-2.1.0.json: the root, run, tool, toolComponent, reportingDescriptor, result, message, region.
REQUIRED = {
    "": {"version", "runs"},
    "runs[]": {"tool"},
    "runs[].tool": {"driver"},
    "runs[].tool.driver": {"name"},
    "runs[].tool.driver.rules[]": {"id"},
    "runs[].tool.driver.rules[].shortDescription": {"text"},
    "runs[].results[]": {"message"},
    "runs[].results[].message": {"text"},
}


def at(value: object, path: str) -> list[dict[str, object]]:
    found = [value]
    for part in path.split(".") if path else ():
        found = [one[part.removesuffix("[]")] for one in found]
        if part.endswith("[]"):
            found = [item for one in found for item in one]
    return found


def test_sarif_holds_what_its_schema_requires(make_project: MakeProject, run: Run):
    root = make_project({"ch01/a b.yaml": "concepts:\n  - {id: a, prompt: 'Is it?', answer: 'No'}\n"})
    log = json.loads(run("lint", root, "--format", "sarif").stdout)
    for path, keys in REQUIRED.items():
        assert at(log, path), path
        for one in at(log, path):
            assert keys <= one.keys(), path
    assert log["version"] == "2.1.0"
    (sarif_run,) = log["runs"]
    rules = sarif_run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["helpUri"] == f"{DOCUMENTS}/rules/#{rule['id']}" for rule in rules)
    for result in sarif_run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "cards/ch01/a%20b.yaml"
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1


def test_sarif_without_findings_is_a_run_without_results(make_project: MakeProject, run: Run):
    root = make_project(a="concepts:\n  - {id: a, prompt: Which?, answer: B}\n")
    log = json.loads(run("lint", root, "--format", "sarif").stdout)
    assert log["runs"][0]["results"] == []


def junit(text: str) -> tuple[dict[str, str], list[ET.Element]]:
    """Return what a report says of its suite, and its cases."""
    suites = ET.fromstring(text)  # noqa: S314 - our own output
    (suite,) = suites
    assert suites.get("tests") == suite.get("tests") == str(len(suite))
    return suite.attrib, list(suite)


@pytest.mark.parametrize("command", ["check", "lint"])
def test_junit_shows_an_error_as_a_failure_and_a_warning_as_what_a_test_printed(
    command: str, make_project: MakeProject, run: Run
):
    source = "concepts:\n  - {id: a, prompt: 'Which <b> is it?', answer: '`No'}\n  - {id: b, prompt: Name it., answer: B}\n"
    suite, cases = junit(run(command, make_project(a=source), "--format", "junit").stdout)
    assert suite["failures"] == "1"
    (unclosed,) = (case for case in cases if case.get("classname") == "unclosed-code")
    pronoun = next(case for case in cases if case.get("classname") == "orphan-pronoun")
    assert unclosed.attrib | {"name": ""} == {
        "classname": "unclosed-code", "name": "", "file": "cards/ch01/a.yaml", "line": "2",
    }  # fmt: skip
    assert "never closed" in unclosed.find("failure").get("message")
    assert pronoun.find("failure") is None
    assert pronoun.find("system-out").text.startswith("warning: ")
    assert len({case.get("name") for case in cases}) == len(cases)


def test_junit_without_findings_is_one_test_that_passed(make_project: MakeProject, run: Run):
    root = make_project(a="concepts:\n  - {id: a, prompt: Which queue?, answer: B}\n")
    suite, (case,) = junit(run("lint", root, "--format", "junit").stdout)
    assert (suite["failures"], list(case)) == ("0", [])


@pytest.mark.parametrize("format_", ["text", "json", "github", "sarif", "junit"])
@pytest.mark.parametrize("command", ["check", "lint"])
def test_a_report_in_a_file_is_the_one_on_stdout(
    command: str, format_: str, make_project: MakeProject, run: Run
):
    root = make_project(a=SOURCE)
    printed = run(command, root, "--format", format_)
    written = run(command, root, "--format", format_, "--output", "report")
    assert (written.exit_code, written.stdout, written.stderr) == (printed.exit_code, "", printed.stderr)
    assert Path("report").read_text(encoding="utf-8") == printed.stdout
    assert printed.stdout


@pytest.mark.parametrize("command", ["check", "lint"])
@pytest.mark.parametrize(
    "name", ["deckgen.yaml", "ch01/a.yaml", "ch01/outline.yaml", "deckgen.lock", "media/p.png"]
)
def test_a_report_is_not_written_over_a_file_of_the_project(
    command: str, name: str, make_project: MakeProject, run: Run
):
    root = make_project({"media/p.png": b"PNG", "deckgen.lock": "lock 2 test\n"}, a=SOURCE)
    before = (root / name).read_bytes()
    result = run(command, root, "--output", root / name)
    assert result.exit_code == 2
    assert "is a file of the project. Name another." in " ".join(result.stderr.split())
    assert (root / name).read_bytes() == before


@pytest.mark.parametrize("command", ["check", "lint"])
def test_quiet_prints_findings_alone(command: str, make_project: MakeProject, run: Run):
    root = make_project(a=SOURCE)
    loud, quiet = run(command, root), run(command, root, "--quiet")
    assert quiet.stdout
    assert loud.stdout.startswith(f"{quiet.stdout}1 error")
    assert quiet.stderr == ""
    clean = make_project(a="concepts:\n  - {id: a, prompt: Which queue?, answer: B}\n")
    assert run("lint", clean, "-q").output == ""


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_explain_gives_a_rules_examples_limits_source_and_figures(rule, run: Run):
    text = " ".join(run("explain", rule.name).stdout.split())
    assert " ".join(rule.code.bad.split()) in text
    assert " ".join(rule.code.good.split()) in text
    assert " ".join(rule.source.split()) in text
    assert (
        "Measured: it fired"
        if rule.measured.notes_reported
        else "Not measured: it never fired"
        if rule.measured.notes
        else "Measured: "
    ) in text
    for limit in rule.limits:
        assert f"{limit.name}: {limit.default}" in text
        assert " ".join(limit.about.split()) in text


def test_the_page_on_the_rules_has_each_of_them():
    page = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^### (.*)$", page, re.MULTILINE)) == {rule.name for rule in RULES}


def test_the_rules_are_listed_one_a_file():
    files = {file.stem.replace("_", "-") for file in (REPOSITORY / "deckgen/lint/rules").glob("[a-z]*.py")}
    assert files == {rule.name for rule in RULES}
    assert len(RULES) == len(files)


def test_a_selection_that_leaves_no_rule_is_wrong_usage(make_project: MakeProject, run: Run):
    root = make_project(a=SOURCE)
    result = run("lint", root, "--select", "yes-no", "--ignore", "prompts")
    assert result.exit_code == 2
    assert "none is left to run" in " ".join(result.stderr.split())
    assert run("lint", root, "--select", "prompts", "--ignore", "yes-no").exit_code != 2


def test_explain_lists_the_groups_and_the_rules_of_each(run: Run):
    assert "clozes   Cloze deletions." in run("explain").stdout
    listed = run("explain", "clozes").stdout
    for rule in RULES:
        assert (f"\n{rule.name} " in listed) == (rule.group == "clozes")


@pytest.mark.parametrize("columns", [40, 60, 120])
def test_explain_keeps_to_a_narrow_terminal_and_to_80_on_a_wide_one(columns: int, run: Run):
    """Examples stay as they would be typed, and what has no space in it whole."""
    examples = {
        f"    {line}" for code in ALL_CODES for line in (*code.bad.split("\n"), *code.good.split("\n"))
    }
    for name in (code.name for code in ALL_CODES):
        for line in run("explain", name, env={"COLUMNS": str(columns)}).stdout.split("\n"):
            assert line in examples or len(line) <= min(columns, 80) or len(line.split()) == 1, line


def test_the_list_of_codes_keeps_to_a_narrow_terminal(run: Run):
    for words in (["explain"], ["explain", "clozes"]):
        lines = run(*words, env={"COLUMNS": "40"}).stdout.split("\n")
        assert [line for line in lines if len(line) > 40] == []


def test_explain_takes_a_name_in_any_case(run: Run):
    assert run("explain", "Yes-No").stdout == run("explain", "yes-no").stdout
    assert run("explain", "CLOZES").stdout == run("explain", "clozes").stdout
