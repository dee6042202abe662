"""A report as JUnit XML, the form that CI servers show: a test case for each shot and check."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from locstore.findings import Finding, Severity, sort_findings
from locstore.pages.report_model import Check, LocaleRow, Report, ShotRow
from locstore.readings import Verdict

# Characters that XML 1.0 has no way to write.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Verdicts that are no pass, though nothing is known to be wrong.
_OPEN = (Verdict.LIKELY, Verdict.UNVERIFIABLE, Verdict.NOT_CHECKED)


def render_junit(report: Report) -> bytes:
    """UTF-8 XML, the same for the same report. An error fails its case; what is not checked is skipped.

    A suite is a locale, the class a screen, the case a check on a display. A slot that a reader doubts, or cannot read,
    makes its case skipped, too: it is neither wrong nor proved. Warnings go to the case's output.
    """
    root = ET.Element("testsuites", name=_text(report.concept))
    suites = [_suite(root, row) for row in report.locales]
    if report.findings:
        suite = ET.SubElement(root, "testsuite", name="project")
        _finish(_case(suite, "project", report.concept), report.findings)
        _count(suite)
        suites.append(suite)
    for name in ("tests", "failures", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in suites)))
    ET.indent(root, " ")
    body: str = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'.encode()


def _suite(root: ET.Element, row: LocaleRow) -> ET.Element:
    suite = ET.SubElement(root, "testsuite", name=_text(row.locale))
    _finish(_case(suite, f"{row.locale}", "words of the locale"), row.findings)
    for shot in row.shots:
        for check in Check:
            case = _case(suite, f"{row.locale}.{shot.screen}", f"{shot.display} {check}")
            _finish(case, shot.of(check), _skipped(shot, check))
    _count(suite)
    return suite


def _skipped(shot: ShotRow, check: Check) -> str:
    """Why a check says nothing of a shot; '' if it does."""
    if check in (Check.TEXT, Check.STORE) and shot.picture != "painted":
        return f"There is no picture on the shelf that is up to date: {shot.why or shot.picture}."
    if check is Check.TEXT:
        doubts = [slot for slot in shot.slots if slot.reading.verdict in _OPEN or slot.doubtful]
        return " ".join(f"{s.slot}: {s.reading.verdict}. {s.reading.why}".strip() for s in doubts)
    if check is Check.FIT and not shot.composed:
        return "There are no words to set."
    return ""


def _case(suite: ET.Element, classname: str, name: str) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=_text(classname), name=_text(name), time="0")


def _finish(case: ET.Element, findings: Sequence[Finding], skipped: str = "") -> None:
    ordered = sort_findings(findings)
    errors = [f for f in ordered if f.severity is Severity.ERROR]
    for finding in errors:
        message = _text(finding.message)
        ET.SubElement(case, "failure", type=finding.code, message=message).text = _text(str(finding))
    if skipped and not errors:
        ET.SubElement(case, "skipped", message=_text(skipped))
    warnings = [str(f) for f in ordered if f.severity is Severity.WARNING]
    if warnings:
        ET.SubElement(case, "system-out").text = _text("\n".join(warnings))


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase[failure]"))))
    suite.set("skipped", str(len(suite.findall("testcase[skipped]"))))


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
