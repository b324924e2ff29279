"""The command line: parses arguments, calls the library, prints. Results on stdout, messages on stderr.

Exit codes: 0 clean; 1 findings; 2 wrong usage or nothing readable.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import Any

import click

from karabakh_data import __version__, contributing, display, exploring, exporting
from karabakh_data.console import (
    DATA,
    DOCUMENTS,
    FORMAT,
    ROOT,
    data_set,
    fail,
    found_folder,
    is_checkout,
    print_json,
    sound_data_set,
    width,
)
from karabakh_data.evidence import Coverage, Document, DocumentError
from karabakh_data.loading import TOOLS
from karabakh_data.models import Ceasefire, Incident
from karabakh_data.releasing import RELEASE_COMMANDS
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import MODELS, TableError, row_is


class PlainGroup(click.Group):
    """Commands whose unreadable input ends in a plain message, never in a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except TableError as error:
            fail(f"{error}; a checkout is repaired by `karabakh-data build`, an installation by installing anew")
        except BrokenPipeError:
            raise
        except OSError as error:
            fail(f"{error.filename or 'a file'}: {error.strerror or error}")


@click.group(cls=PlainGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="karabakh-data")
def main() -> None:
    """Ceasefire diplomacy in the Nagorno-Karabakh conflict: look at the data, validate contributions, verify, build.

    Exit codes: 0 clean, 1 findings, 2 wrong usage or nothing readable.
    """


# --- Looking -------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("table", required=False)
@click.option("--types", "tool", type=click.Choice(list(TOOLS)), help="Print the line with which a tool loads the CSV.")
@DATA
@FORMAT
def ls(table: str | None, tool: str | None, data: Path | None, form: str) -> None:
    """List the tables with their sizes, or the records of TABLE."""
    if table is not None and table not in MODELS:
        fail(f"no table {table!r}{did_you_mean(table, MODELS)}; `karabakh-data ls` lists them")
    if tool is not None:
        folder = display.shown_path(data_set(data).folder)
        lines = {name: TOOLS[tool].line(name, folder) for name in ([table] if table else MODELS)}
        if form == "json":
            print_json(lines)
        else:
            click.echo("\n".join(lines.values()))
        return
    ds = data_set(data)
    if table is None:
        sizes = [(name, len(ds.table(name)), row_is(model)) for name, model in MODELS.items()]
        if form == "json":
            print_json([{"table": name, "rows": rows, "description": text} for name, rows, text in sizes])
        else:
            shown = [(name, f"{rows:>6,}", text) for name, rows, text in sizes]
            click.echo(display.aligned(shown, width=width(10_000)))
    elif form == "json":
        print_json(ds.table(table).to_dicts())
    else:
        click.echo(display.aligned([display.line_of(record) for record in ds.table(table)], width=width(10_000)))


@main.command()
@click.argument("record_id", metavar="ID")
@DATA
@FORMAT
def show(record_id: str, data: Path | None, form: str) -> None:
    """Show the record ID with its claims, neighbours and citations."""
    ds = sound_data_set(data)
    try:
        record = ds[record_id]
    except KeyError as error:
        if record_id in MODELS:
            fail(f"{record_id} is a table: `karabakh-data ls {record_id}` lists its records")
        told = "did you mean" in error.args[0] or "is retired" in error.args[0]
        hint = "" if told else "; `karabakh-data ls TABLE` lists ids"
        fail(f"{error.args[0]}{hint}")
    if form == "text":
        click.echo(display.record_text(ds, record, width()))
        return
    cells = next(row for row in ds.table(record.TABLE).where(**{record.PRIMARY_KEY[0]: record_id}).to_dicts())
    shown: dict[str, Any] = {"table": record.TABLE, "record": cells}
    if isinstance(record, Incident):
        claims = display.claims_about(ds, record)
        ids = {statement.statement_id for statement in claims}
        shown["claims"] = [row for row in ds.statements.to_dicts() if row["statement_id"] in ids]
        shown["voices"] = display.voices(ds, claims)
    if isinstance(record, Ceasefire):
        shown["status_reports"] = ds.status_reports.where(ceasefire_id=record_id).to_dicts()
    shown["related"] = {relation: [r.identity for r in found] for relation, found in ds.related(record).items()}
    shown["identifiers"] = ds.identifiers.where(record_id=record_id).to_dicts()
    shown["citations"] = ds.citations(record).to_dicts()
    shown["citation"] = ds.cite(record)
    print_json(shown)


# --- Documents -----------------------------------------------------------------------------------------------------


@main.command()
@click.argument("document", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("words")
@FORMAT
def cite(document: Path, words: str, form: str) -> None:
    """Print the evidence entry for the exact WORDS of DOCUMENT, for each place where they stand.

    For a reference to a record, as for a bibliography, see the last lines of `karabakh-data show ID`.
    """
    if not words:
        fail("give the words to be found")
    try:
        read = Document.read(document)
    except DocumentError as error:
        fail(str(error))
    spans = read.find(words)
    if not spans:
        near = read.find_folded(words)
        hint = f"; with other blanks or line breaks they stand at {near[0].start}-{near[0].end}" if near else ""
        fail(f"{read.name} holds no such words{hint}", 1)
    if form == "json":
        found = [{"start": s, "end": e, "line": read.line_of(s), "sha256": read.digest(s, e)} for s, e in spans]
        print_json({"document": read.name, "document_sha256": read.sha256, "spans": found})
        return
    for start, end in spans:
        click.echo(f"{{at: {start}-{end}, basis: verbatim}}  # line {read.line_of(start)}")
    if len(spans) > 1:
        click.echo(f"{len(spans)} places: choose the one where the value is read", err=True)


@main.command()
@DOCUMENTS
@click.option("--source", "only", multiple=True, metavar="ID", help="Only this article; may be given several times.")
@DATA
@FORMAT
def verify(documents: Path | None, only: tuple[str, ...], data: Path | None, form: str) -> None:
    """Verify every citation against the articles, and tell which characters and sentences no record cites."""
    from karabakh_data.verify import verify as verify_citations

    folder = found_folder(documents)
    if folder is None:
        fail("which documents? give --documents DIR or set $KARABAKH_DATA_DOCUMENTS to the folder of the articles")
    ds = data_set(data)
    if not any((folder / source.document).is_file() for source in ds.sources):
        fail(f"{folder} holds none of the articles, such as {ds.sources[0].document}")
    known = [source.source_id for source in ds.sources]
    for source_id in only:
        if source_id not in known:
            fail(f"no source {source_id!r}{did_you_mean(source_id, known)}; `karabakh-data ls sources` lists them")
    results = [result for result in verify_citations(ds, folder) if not only or result.source_id in only]
    if form == "json":
        print_json([_verification_json(result) for result in results])
    else:
        for result in results:
            click.echo(f"{result.source_id}  ({result.document})")
            click.echo(f"  {result.verified} of {result.spans} spans verified")
            for failure in result.failures:
                click.echo(f"  {failure}")
            if result.coverage:
                text = Document.read(folder / result.document)
                click.echo(textwrap.indent(_coverage_text(result.coverage, text), "  "))
        spans = sum(result.spans for result in results)
        failed = sum(len(result.failures) for result in results)
        verified = sum(result.verified for result in results)
        click.echo(f"{len(results)} documents, {verified} of {spans} spans verified, {failed} failures")
    sys.exit(0 if all(result.ok for result in results) else 1)


def _verification_json(result: Any) -> dict[str, Any]:
    covered: Coverage | None = result.coverage
    return {
        "source_id": result.source_id,
        "document": result.document,
        "ok": result.ok,
        "spans": result.spans,
        "verified": result.verified,
        "failures": [{**vars(f), "span": list(f.span)} for f in result.failures],
        "coverage": covered
        and {
            "characters": covered.characters,
            "cited": covered.cited,
            "declared": covered.declared,
            "share": covered.share,
            "gaps": [list(gap) for gap in covered.gaps],
            "sentences": covered.sentences,
            "sentences_open": [list(span) for span in covered.sentences_open],
        },
    }


def _coverage_text(covered: Coverage, document: Document) -> str:
    lines = [
        f"{covered.share:.1%} of {covered.characters} characters: "
        f"{covered.cited} cited, {covered.declared} declared uncited",
        f"{covered.sentences - len(covered.sentences_open)} of {covered.sentences} sentences complete",
    ]
    lines += [
        f"neither cited nor declared: {start}-{end} (line {document.line_of(start)})" for start, end in covered.gaps
    ]
    return "\n".join(lines)


# --- Building ------------------------------------------------------------------------------------------------------


@main.command()
@DOCUMENTS
@ROOT
@click.option(
    "--check", is_flag=True, help="Change nothing; print as a unified diff what would change, and exit 1 if any."
)
def build(documents: Path | None, root: Path, check: bool) -> None:
    """Make the tables, schemas, descriptor and generated pages from seeds/."""
    from karabakh_data.build import BuildError
    from karabakh_data.build import build as run

    if not is_checkout(root):
        fail(f"{root} is no checkout of karabakh_data: it has no seeds/sources.yaml")
    try:
        outcome = run(root, found_folder(documents), check=check)
    except (BuildError, DocumentError) as error:
        fail(str(error), 1)
    for warning in outcome.warnings:
        click.echo(str(warning), err=True)
    if check:
        click.echo(outcome.diff, nl=False)
        count = len(outcome.written) + len(outcome.removed)
        summary = "up to date" if outcome.clean else f"{count} file{'s differ' if count > 1 else ' differs'}"
        click.echo(summary, err=True)
        sys.exit(0 if outcome.clean else 1)
    for name in (*outcome.written, *(f"{name} (removed)" for name in outcome.removed)):
        click.echo(name)
    click.echo("up to date" if outcome.clean else f"{len(outcome.written)} written", err=True)


@main.command()
@click.argument(
    "first", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path("seeds/first-coding")
)
@click.argument(
    "second", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path("seeds/second-coding")
)
@click.option("--differences", is_flag=True, help="Also list every cell and record that differs.")
@FORMAT
def agreement(first: Path, second: Path, differences: bool, form: str) -> None:
    """Compare two codings, FIRST and SECOND (folders of seeds): units, then cells.

    By default the two codings of the five articles, before they were settled.
    """
    from dataclasses import asdict

    from karabakh_data.agreement import compare, to_markdown
    from karabakh_data.seed_reader import SeedError

    try:
        found = compare(first, second)
    except SeedError as error:
        fail(str(error))
    if form == "json":
        print_json(asdict(found))
        return
    click.echo(to_markdown(found))
    if differences:
        rows = [
            (d.record_id, d.column, f"{d.first or '(empty)'}  |  {d.second or '(empty)'}") for d in found.differences
        ]
        click.echo("\nCells that differ (first | second):\n" + display.aligned(rows, "  ", 200))
        for title, ids in (("Only in the first coding", found.only_first), ("Only in the second", found.only_second)):
            click.echo("\n".join(["", f"{title}:", *(f"- {one}" for one in ids)]))


# --- In modules of their own ---------------------------------------------------------------------------------------

for command in (*contributing.COMMANDS, *exploring.COMMANDS, *exporting.COMMANDS, *RELEASE_COMMANDS):
    main.add_command(command)
