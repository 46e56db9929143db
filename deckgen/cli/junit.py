"""Findings as JUnit's XML, which most CI services show as test results.

The elements are those that Jenkins and GitLab read; every finding is a test case that failed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from deckgen.cli.output import display_path
from deckgen.model.diagnostics import Finding, Severity
from deckgen.source.files import hint_here

# What XML 1.0 allows in no text, not even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_junit(findings: Sequence[Finding], root: Path) -> str:
    """Return the XML: errors as failures, the rest as tests that passed and say what was found.

    A project without findings is one test that passed, for a report of no tests counts as broken.
    """
    failed = sum(finding.severity is Severity.ERROR for finding in findings)
    count = str(len(findings) or 1)
    suites = Element("testsuites", name="deckgen", tests=count, failures=str(failed))
    suite = SubElement(suites, "testsuite", name="deckgen", tests=count, failures=str(failed), errors="0")
    if not findings:
        SubElement(suite, "testcase", classname="deckgen", name="no findings")
    for finding in findings:
        _add_case(suite, finding, root)
    indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(suites, encoding="unicode")}\n'


def _add_case(suite: Element, finding: Finding, root: Path) -> None:
    span = finding.span
    file = _plain(display_path(root, span.path))
    name = f"{file}:{span.line}:{span.column} {finding.code.name}"
    case = SubElement(
        suite, "testcase", classname=finding.code.name, name=name, file=file, line=str(span.line)
    )
    message, hint = _plain(finding.message), _plain(hint_here(finding.hint, root))
    if finding.severity is Severity.ERROR:
        SubElement(case, "failure", type=finding.code.name, message=message).text = f"{message}\n{hint}"
    else:
        SubElement(case, "system-out").text = f"{finding.severity}: {message}\n{hint}"


def _plain(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
