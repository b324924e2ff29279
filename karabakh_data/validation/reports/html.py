"""A report as a page for people who would rather look: it stands alone, loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby, islice, takewhile
from typing import TYPE_CHECKING, Any

from karabakh_data import __version__
from karabakh_data.validation.codes import Code, catalogue
from karabakh_data.validation.finding import Excerpt, Finding, Severity
from karabakh_data.validation.reports.printable import marked, visible
from karabakh_data.validation.reports.style import STYLE
from karabakh_data.validation.reports.text import LONGEST, about, counted, read

if TYPE_CHECKING:
    from karabakh_data.validation.report import Change, Report

MOST = 5_000
"""Findings on a page."""
MOST_CHANGES = 1_000
"""Changed fields on a page."""
MOST_FILES = 200
"""Files in the overview."""

_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
"""Nothing is loaded, nothing runs, and no style is taken but ours."""


def render(report: Report) -> str:
    """The page."""
    return "\n".join(lines(report))


def lines(report: Report) -> Iterator[str]:
    """The page, line by line."""
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(_verdict(report))} · karabakh_data</title>"
    yield f"<style>{STYLE}</style>\n</head>\n<body>"
    yield from _header(report)
    yield '<main id="findings">'
    shown = list(islice(report.findings, MOST))
    known = catalogue() if shown else {}
    files = [(name, list(found)) for name, found in groupby(shown, key=lambda finding: finding.file)]
    if len(report.files) > 1:
        yield from _overview(report)
    number = 0
    for at, (name, found) in enumerate(files, 1):
        yield from _file(name, found, at, number, known)
        number += len(found)
    hidden = sum(report.counts.values()) - len(shown)
    if hidden > 0:
        yield f'<p class="more">… and {hidden:,} more; <code>--format json</code> has them all.</p>'
    if not shown:
        yield f'<p class="clean">{escape(_clean(report))}</p>'
    if report.changes:
        yield from _changes(report.changes)
    yield "</main>"
    yield f"<footer>karabakh_data {escape(__version__)} · <code>karabakh-data explain CODE</code> says more"
    yield "about every code</footer>\n</body>\n</html>"


# --- What it amounts to --------------------------------------------------------------------------------------------


def _verdict(report: Report) -> str:
    errors, warnings = report.counts["error"], report.counts["warning"]
    if errors:
        return f"{counted(errors, 'error')} to mend"
    return f"No errors, {counted(warnings, 'warning')} to look at" if warnings else "Nothing to mend"


def _clean(report: Report) -> str:
    return f"Nothing was found wrong in {counted(report.rows, 'record')}."


def _header(report: Report) -> Iterator[str]:
    yield '<header>\n<a class="skip" href="#findings">Skip to the findings</a>'
    yield '<p class="kicker">Validation report</p>'
    yield f"<h1>{escape(_verdict(report))}</h1>"
    valid = Counter(record.TABLE for record in report.records)
    named = ", ".join(f"{name} {number:,}" for name, number in sorted(valid.items()))
    yield f"<p>{escape(read(report))}{f'; valid: {escape(named)}' if named else ''}.</p>"
    yield '<dl class="counts">'
    for name, number in report.counts.items():
        yield _count(name, f"{name}s" if number != 1 else name, f"{number:,}", number > 0)
    yield _count("good", f"of {counted(report.rows, 'record')} valid", f"{len(report.records):,}", bool(valid))
    yield "</dl>"
    if sum(number > 0 for number in report.counts.values()) > 1:
        boxes = "".join(
            f'<label class="{name}"><input type="checkbox" id="show-{name}" checked> {name}s</label>'
            for name, number in report.counts.items()
            if number
        )
        yield f'<fieldset class="filter"><legend>Show</legend>{boxes}</fieldset>'
    yield "</header>"


def _count(tone: str, name: str, number: str, some: bool) -> str:
    return f'<div class="{tone}{"" if some else " none"}"><dt>{escape(name)}</dt><dd>{number}</dd></div>'


def _overview(report: Report) -> Iterator[str]:
    """How many findings each file has."""
    found: dict[str, Counter[str]] = {name: Counter() for name in report.files}
    for finding in report.findings:
        found.setdefault(finding.file, Counter())[finding.severity.value] += 1
    anchors = {name: at for at, name in enumerate(_files_of(report), 1)}
    yield '<table class="files"><thead><tr><th scope="col">file</th>'
    yield "".join(f'<th scope="col">{severity}s</th>' for severity in Severity) + "</tr></thead><tbody>"
    for name, numbers in islice(found.items(), MOST_FILES):
        label = f"<bdi>{escape(visible(name))}</bdi>"
        if name in anchors:
            label = f'<a href="#file-{anchors[name]}">{label}</a>'
        cells = "".join(
            f'<td class="{severity}">{numbers[severity.value]:,}</td>' if numbers[severity.value] else "<td>0</td>"
            for severity in Severity
        )
        yield f'<tr><th scope="row">{label}</th>{cells}</tr>'
    yield "</tbody></table>"
    if len(found) > MOST_FILES:
        yield f'<p class="more">… and {counted(len(found) - MOST_FILES, "more file")}</p>'


def _files_of(report: Report) -> list[str]:
    """The files whose findings are on the page, in order."""
    return [name for name, _ in groupby(islice(report.findings, MOST), key=lambda finding: finding.file)]


# --- The findings --------------------------------------------------------------------------------------------------


def _file(name: str, found: Sequence[Finding], at: int, before: int, known: dict[str, Code[Any, Any]]) -> Iterator[str]:
    counts = Counter(finding.severity for finding in found)
    tally = ", ".join(counted(counts[severity], severity.value) for severity in Severity if counts[severity])
    yield f'<section aria-labelledby="file-{at}"><div class="file">'
    yield f'<h2 id="file-{at}"><bdi>{escape(visible(name))}</bdi></h2><p>{tally}</p></div>'
    yield '<ol class="findings" role="list">'
    for number, finding in enumerate(found, before + 1):
        yield from _finding(finding, number, known.get(finding.code))
    yield "</ol></section>"


def _finding(finding: Finding, number: int, code: Code[Any, Any] | None) -> Iterator[str]:
    yield f'<li class="{finding.severity}" id="finding-{number}"><article aria-labelledby="message-{number}">'
    yield f'<p class="about"><span class="badge">{finding.severity}</span>'
    yield f"<span>{escape(visible(finding.code))}</span>"
    if finding.record_id:
        yield f"<span><bdi>{escape(visible(finding.record_id, LONGEST))}</bdi></span>"
    yield f'<a class="place" href="#finding-{number}">{escape(_place(finding))}</a></p>'
    yield f'<h3 id="message-{number}">{_subject(finding)}{_prose(visible(finding.message))}</h3>'
    if finding.suggestion is not None:
        instead = f"<code><bdi>{escape(visible(finding.suggestion, LONGEST))}</bdi></code>"
        yield f'<p class="instead">Did you mean {instead}?</p>'
    if finding.excerpt is not None:
        yield _excerpt(finding.excerpt)
    if code is not None:
        yield f"<details><summary>{escape(code.number)}: {_prose(code.title)}</summary>"
        yield "".join(f"<p>{_prose(part)}</p>" for part in code.explanation.split("\n\n") if part)
        yield "</details>"
    yield "</article></li>"


def _subject(finding: Finding) -> str:
    """The column that the message is about."""
    name = about(finding).removesuffix(": ")
    return f"<code><bdi>{escape(name)}</bdi></code>: " if name else ""


def _place(finding: Finding) -> str:
    """The place inside the file, in words."""
    if finding.cell is not None:
        return f"cell {visible(finding.cell)}"
    if finding.line is not None:
        return f"line {finding.line}" + (f", column {finding.column}" if finding.column is not None else "")
    return f"row {finding.row}" if finding.row is not None else "the whole input"


def _excerpt(excerpt: Excerpt) -> str:
    shown = marked(excerpt.text, excerpt.start, excerpt.length, 240)
    line = f"{escape(shown.before)}<mark>{escape(shown.marked or ' ')}</mark>{escape(shown.after)}"
    return f'<pre class="excerpt"><span>{escape(visible(excerpt.label))}</span><code><bdi>{line}</bdi></code></pre>'


def _prose(text: str) -> str:
    """Our own words, with what stands in backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(" ".join(text.split())))


# --- Proposed corrections ------------------------------------------------------------------------------------------


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    records = len({(change.table, change.record_id) for change in changes})
    yield '<section aria-labelledby="changes"><div class="file"><h2 id="changes">Proposed corrections</h2>'
    yield f"<p>{counted(records, 'record')}, {counted(len(changes), 'field')}</p></div>"
    yield '<ol class="findings" role="list">'
    for (table, record_id), fields in groupby(changes[:MOST_CHANGES], key=lambda one: (one.table, one.record_id)):
        listed = list(fields)
        yield f"<li><article><h3><bdi>{escape(visible(record_id))}</bdi></h3>"
        yield f'<p class="about"><span>{escape(visible(table))}</span>'
        yield f'<span class="place"><bdi>{escape(visible(listed[0].place))}</bdi></span></p>'
        yield '<table class="changes"><thead><tr><th scope="col">field</th><th scope="col">published</th>'
        yield '<th scope="col">proposed</th></tr></thead><tbody>'
        for change in listed:
            old, new = _compared(change.old, change.new)
            yield f'<tr><th scope="row">{escape(visible(change.field))}</th><td data-name="published">{old}</td>'
            yield f'<td data-name="proposed">{new}</td></tr>'
        yield "</tbody></table></article></li>"
    yield "</ol>"
    if len(changes) > MOST_CHANGES:
        yield f'<p class="more">… and {counted(len(changes) - MOST_CHANGES, "more field")}</p>'
    yield "</section>"


def _compared(old: str | None, new: str | None) -> tuple[str, str]:
    """Two values as HTML, with the words between the first and the last that differ marked."""
    if not old or not new:
        return _whole(old, "del"), _whole(new, "ins")
    olds, news = (re.findall(r"\s+|[^\s;]+|;", visible(value)) for value in (old, new))
    same = sum(1 for _ in takewhile(_equal, zip(olds, news, strict=False)))
    rest = min(len(olds), len(news)) - same
    tail = sum(1 for _ in takewhile(_equal, zip(olds[: -rest - 1 : -1], news[: -rest - 1 : -1], strict=True)))
    left, right = (
        f"<bdi>{_words(words[:same], '')}{_words(words[same : len(words) - tail], tag)}"
        f"{_words(words[len(words) - tail :], '')}</bdi>"
        for words, tag in ((olds, "del"), (news, "ins"))
    )
    return left, right


def _equal(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _whole(value: str | None, tag: str) -> str:
    return f"<bdi>{_words([visible(value)], tag)}</bdi>" if value else '<span class="empty">empty</span>'


def _words(words: Iterable[str], tag: str) -> str:
    text = escape("".join(words))
    return f"<{tag}>{text}</{tag}>" if text and tag else text
