"""Verdicts as JUnit XML, which every CI shows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring  # written, never read

from mailbot.core.errors import Problem

if TYPE_CHECKING:
    from mailbot.workflows.rule_tests import Verdict


def junit(verdicts: "Sequence[Verdict]", templates: Sequence[Problem]) -> str:
    """The XML of all verdicts, a suite a file, and of one more test: that every template can be written."""
    suites = Element("testsuites", name="mailbot rules test")
    for file in dict.fromkeys(verdict.test.file for verdict in verdicts):
        _suite(suites, file, [verdict for verdict in verdicts if verdict.test.file == file])
    failures = "1" if templates else "0"
    suite = SubElement(suites, "testsuite", name="templates", tests="1", failures=failures, skipped="0")
    case = SubElement(suite, "testcase", name="every template can be written", classname="templates")
    if templates:
        SubElement(case, "failure", message=_clean(str(templates[0]))).text = _clean("\n".join(map(str, templates)))
    indent(suites)
    return tostring(suites, encoding="unicode", xml_declaration=True)


def _suite(suites: Element, file: str, verdicts: "Sequence[Verdict]") -> None:
    suite = SubElement(
        suites,
        "testsuite",
        name=file,
        tests=str(len(verdicts)),
        failures=str(sum(bool(verdict.differences) for verdict in verdicts)),
        skipped=str(sum(verdict.skipped is not None for verdict in verdicts)),
    )
    for verdict in verdicts:
        test = verdict.test
        case = SubElement(suite, "testcase", name=_clean(test.name), classname=file, file=file, line=str(test.line))
        if verdict.skipped:
            SubElement(case, "skipped", message=verdict.skipped)
        if problems := [*verdict.problems]:
            text = _clean("\n".join(map(str, problems)))
            SubElement(case, "failure", message=_clean(problems[0].message)).text = text


def _clean(text: str) -> str:
    """Without the characters that no XML can hold."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
