"""A report as a SARIF 2.1.0 log (OASIS), which code hosts and editors read."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from karabakh_data import __version__
from karabakh_data.validation.codes import Code, catalogue
from karabakh_data.validation.finding import Finding
from karabakh_data.validation.reports.printable import visible
from karabakh_data.validation.reports.regions import Region, fix_of, region_of
from karabakh_data.validation.reports.text import LONGEST, about, asked

if TYPE_CHECKING:
    from karabakh_data.validation.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FINGERPRINT = "karabakhData/v1"
"""Name of the fingerprint; its number changes with what goes into it."""

COUNTED = 100_000
"""Different faults of which equal ones are told apart; code hosts take no more results than that."""


def render(report: Report) -> dict[str, Any]:
    """The log: one run, with the rules that it needs and a result for every finding."""
    log, results = _log(report)
    log["runs"][0]["results"] = list(results)
    return log


def pieces(report: Report) -> Iterator[str]:
    """The log as JSON, result by result, so that it never stands in memory as a whole."""
    log, results = _log(report)
    head, _, tail = json.dumps(log, ensure_ascii=False, indent=2).partition('"results": []')
    yield head + '"results": ['
    before, after = "\n        ", ""
    for result in results:
        yield before + json.dumps(result, ensure_ascii=False, indent=2).replace("\n", "\n        ")
        before, after = ",\n        ", "\n      "
    yield f"{after}]{tail}"


def _log(report: Report) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    """The log without results, and the results."""
    numbers = sorted({finding.code for finding in report.findings})
    files = list(dict.fromkeys(chain(report.files, (finding.file for finding in report.findings))))
    rules, artifacts = ({name: at for at, name in enumerate(names)} for names in (numbers, files))
    known = catalogue() if numbers else {}
    seen: Counter[str] = Counter()
    run = {
        "tool": {
            "driver": {
                "name": "karabakh-data",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(number, known.get(number)) for number in numbers],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "artifacts": [{"location": {"uri": uri(name)}, "roles": ["analysisTarget"]} for name in files],
        "columnKind": "unicodeCodePoints",
        "results": [],
    }
    results = (_result(finding, rules, artifacts, seen) for finding in report.findings)
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, results


@lru_cache(1024)
def uri(name: str) -> str:
    """A file's name as a URI reference, relative where the name is."""
    path = PurePath(name)
    relative = quote(path.as_posix(), safe="/", errors="surrogatepass")
    if not path.is_absolute():
        return relative
    return f"file://{relative}" if relative.startswith("/") else f"file:///{relative}"


def _rule(number: str, code: Code[Any, Any] | None) -> dict[str, Any]:
    if code is None:
        return {"id": number}
    explanation = code.explanation or code.title
    return {
        "id": number,
        "name": code.name,
        "shortDescription": {"text": _message(code.title)},
        "fullDescription": {"text": _message(" ".join(explanation.split()))},
        "help": {"text": f"{code.title}\n\n{explanation}", "markdown": f"**{code.title}**\n\n{explanation}"},
        "defaultConfiguration": {"level": code.severity.value},
        "properties": {"tags": [code.family]},
    }


def _result(finding: Finding, rules: dict[str, int], files: dict[str, int], seen: Counter[str]) -> dict[str, Any]:
    hint = f" ({asked(visible(finding.suggestion, LONGEST))})" if finding.suggestion is not None else ""
    artifact = {"uri": uri(finding.file), "index": files[finding.file]}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact}}
    if region := region_of(finding):
        location["physicalLocation"]["region"] = _region(region)
    if logical := _logical(finding):
        location["logicalLocations"] = logical
    result = {
        "ruleId": finding.code,
        "ruleIndex": rules[finding.code],
        "level": finding.severity.value,
        "message": {"text": _message(f"{about(finding)}{visible(finding.message)}{hint}")},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding, seen)},
    }
    if fix := fix_of(finding):
        result["fixes"] = [
            {
                "description": {"text": _message(f"Write {fix.text}")},
                "artifactChanges": [
                    {
                        "artifactLocation": artifact,
                        "replacements": [{"deletedRegion": _region(fix.region), "insertedContent": {"text": fix.text}}],
                    }
                ],
            }
        ]
    return result


def _region(region: Region) -> dict[str, int]:
    return {
        "startLine": region.line,
        **({} if region.column is None else {"startColumn": region.column}),
        **({} if region.end is None else {"endColumn": region.end}),
    }


def _logical(finding: Finding) -> list[dict[str, str]]:
    """The cell of a workbook, or the row of an input without lines; then the column of the table."""
    found = []
    if finding.cell is not None:
        name = visible(finding.cell.rpartition("!")[2])
        found.append({"name": name, "fullyQualifiedName": visible(finding.cell), "kind": "cell"})
    elif finding.line is None and finding.row is not None:
        full = f"{visible(finding.table)} row {finding.row}" if finding.table else f"row {finding.row}"
        found.append({"name": f"row {finding.row}", "fullyQualifiedName": full, "kind": "row"})
    if finding.table and finding.field:
        full = f"{visible(finding.table)}.{visible(finding.field)}"
        found.append({"name": visible(finding.field), "fullyQualifiedName": full, "kind": "column"})
    return found


def _message(text: str) -> str:
    """A text as SARIF takes it literally: no placeholder (3.11.5) and no embedded link (3.11.6)."""
    return text.replace("{", "{{").replace("}", "}}").replace("](", "] (")


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """The same for the same fault when lines are added or removed elsewhere; two equal faults are counted."""
    parts = (finding.code, finding.file, finding.table, finding.record_id, finding.field, finding.value)
    text = "\x00".join(part or "" for part in parts)
    if len(seen) == COUNTED:
        seen.clear()
    seen[text] += 1
    return hashlib.sha256(f"{text}\x00{seen[text]}".encode("utf-8", "surrogatepass")).hexdigest()
