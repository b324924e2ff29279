"""The commands for contributors: validate, explain, template, adopt."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from karabakh_data import files
from karabakh_data.console import (
    DOCUMENTS,
    FORMAT,
    ROOT,
    Bar,
    fail,
    found_folder,
    is_checkout,
    is_terminal,
    print_json,
    print_pieces,
    width,
)
from karabakh_data.frames import MissingExtraError
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import CONTRIBUTED_TABLES, MODELS, not_contributed
from karabakh_data.validation.reports.printable import visible

if TYPE_CHECKING:
    from karabakh_data.validation.report import Report

KINDS = ("csv", "tsv", "json", "jsonl", "yaml", "xlsx", "parquet")
FORMS = {"text": ".txt", "json": ".json", "sarif": ".sarif", "github": "", "html": ".html"}
"""The forms of a report with the extension that names each."""

MAX_SHOWN = 50

PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...")
TABLE = click.option("--table", metavar="TABLE", help="The table of the records [default: told from names or columns].")
KIND = click.option("--type", "kind", type=click.Choice(KINDS), help="The format [default: told from the extension].")
AGAINST = click.option(
    "--against",
    default="published",
    show_default=True,
    metavar="published|none|DIR",
    help="The data set that keys and references are judged against.",
)
UPDATE = click.option(
    "--update", is_flag=True, help="Records with published ids are corrections; show them as old -> new."
)


def _judged(
    paths: tuple[str, ...],
    table: str | None,
    kind: str | None,
    against: str,
    update: bool,
    documents: Path | None,
    screen: bool = True,
    jobs: int | None = None,
) -> Report:
    """The report on the contribution, or a plain message where nothing can be judged.

    Raises:
        Interrupted: The validation was stopped.
    """
    from karabakh_data.validation.contribution import validate as judge
    from karabakh_data.validation.large.cores import share_cores
    from karabakh_data.validation.large.effort import WorkerLostError

    if table is not None and table not in MODELS:
        fail(f"no table {table!r}{did_you_mean(table, MODELS)}; `karabakh-data ls` lists them")
    for path in paths:
        if path != "-" and not os.path.lexists(path):
            folder = Path(path).parent
            near = sorted(os.listdir(folder)) if folder.is_dir() else []
            fail(f"{path}: no such file or folder{did_you_mean(Path(path).name, near)}")
    if "-" in paths and len(paths) > 1:
        fail("standard input (-) is judged alone")
    source: Any = sys.stdin.buffer if paths == ("-",) else list(paths)
    folder_of_documents = found_folder(documents)
    jobs = share_cores(jobs)
    try:
        with Bar() as bar:
            return judge(
                source,
                table=table,
                kind=kind,
                against=against,
                update=update,
                documents=folder_of_documents,
                screen=None if screen else False,
                jobs=jobs,
                progress=bar,
            )
    except (MissingExtraError, FileNotFoundError, WorkerLostError) as error:
        fail(str(error))


@click.command()
@PATHS
@TABLE
@KIND
@AGAINST
@DOCUMENTS
@UPDATE
@click.option(
    "--jobs", type=click.IntRange(min=1), metavar="N", help="Cores that judge large files  [default: all there are]."
)
@click.option("--screen/--no-screen", default=True, help="Let Polars find the suspects in large files, if installed.")
@click.option("--strict", is_flag=True, help="Exit with 1 on warnings too.")
@click.option("--format", "form", type=click.Choice(list(FORMS)), help="Form of the report  [default: text].")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to a file.")
@click.option(
    "--max-shown",
    type=click.IntRange(min=0),
    default=MAX_SHOWN,
    show_default=True,
    metavar="N",
    help="Most findings that the text shows; 0 for all.",
)
def validate(
    paths: tuple[str, ...],
    table: str | None,
    kind: str | None,
    against: str,
    documents: Path | None,
    update: bool,
    jobs: int | None,
    screen: bool,
    strict: bool,
    form: str | None,
    output: Path | None,
    max_shown: int,
) -> None:
    """Judge contributed records: files, folders, a datapackage.json, or - for standard input.

    Reads CSV, TSV, JSON, JSON Lines, YAML, XLSX and Parquet. All that is given is one contribution, whose records may
    refer to each other and to the published data set.

    Exit codes: 0 clean, 1 errors (with --strict also warnings), 2 wrong usage or no record could be read, 130 stopped
    by Ctrl-C, with what was found so far.
    """
    from karabakh_data.validation.report import Interrupted

    _has_folder(output)
    form = _form_of(form, output)
    if output is not None and any(path != "-" and _is_inside(output, Path(path)) for path in paths):
        fail(f"{output} is part of what is judged: write the report elsewhere")
    stopped = False
    try:
        report = _judged(paths, table, kind, against, update, documents, screen, jobs)
    except Interrupted as interruption:
        report, stopped = interruption.report, True
    pieces = _pieces(report, form, max_shown, to_file=output is not None)
    if output is None:
        print_pieces(pieces, is_text=form in ("text", "github"))
    else:
        files.write_pieces(output, (piece.encode("utf-8") for piece in chain(pieces, ["\n"])))
        click.echo(f"{output} written: {report.summary}", err=True)
    if stopped:
        fail("stopped: the rest was not judged, nor what holds between records", 130)
    if not report.rows:
        sys.exit(2)
    sys.exit(0 if report.ok and not (strict and report.counts["warning"]) else 1)


def _has_folder(output: Path | None) -> None:
    if output is not None and not output.parent.is_dir():
        fail(f"{output}: there is no folder {output.parent}")


def _form_of(form: str | None, output: Path | None) -> str:
    if form is not None or output is None:
        return form or "text"
    found = next((name for name, end in FORMS.items() if end == output.suffix.casefold()), None)
    if found is None:
        ends = ", ".join(filter(None, FORMS.values()))
        fail(f"no form of a report ends in {output.suffix or 'nothing'}: name it {ends}")
    return found


def _is_inside(output: Path, given: Path) -> bool:
    """Whether a report would overwrite what is judged; beside the records in their folder a new one may lie."""
    if given.is_dir():
        return output.exists() and output.resolve().is_relative_to(given.resolve())
    return output.resolve() == given.resolve()


def _pieces(report: Report, form: str, max_shown: int, *, to_file: bool) -> Iterator[str]:
    color = not to_file and is_terminal(sys.stdout) and not os.environ.get("NO_COLOR")
    return report.pieces(form, color, max_shown, width())


@click.command()
@click.argument("code", required=False)
@FORMAT
def explain(code: str | None, form: str) -> None:
    """Explain the finding CODE, such as KD301; without one, list all codes."""
    from karabakh_data.validation.codes import catalogue

    codes = catalogue()
    if code is None:
        if form == "json":
            print_json([_explained(one) for one in codes.values()])
            return
        family = ""
        for one in codes.values():
            if one.family != family:
                family = one.family
                click.echo(f"\n{one.number[:3]}  {family}")
            title = textwrap.shorten(one.title, width(10_000) - 22, placeholder=" …")
            click.echo(f"  {one.number}  {one.severity:<8} {title}")
        return
    named = {one.name: one for one in codes.values()}
    found = codes.get(code.upper()) or named.get(code.lower().replace("_", "-"))
    if found is None:
        hint = did_you_mean(code.upper() if code.upper().startswith("KD") else code, [*codes, *named])
        fail(f"no code {code!r}{hint}; `karabakh-data explain` lists them")
    if form == "json":
        print_json(_explained(found))
        return
    click.echo(f"{found.number}  {found.name}  ({found.severity}, {found.family})\n")
    click.echo("\n\n".join(textwrap.fill(part, width()) for part in (found.title, *found.explanation.split("\n\n"))))


def _explained(code: Any) -> dict[str, str]:
    return {
        "code": code.number,
        "name": code.name,
        "severity": code.severity,
        "family": code.family,
        "title": code.title,
        "explanation": code.explanation,
    }


@click.command()
@click.argument("tables", nargs=-1, metavar="[TABLE...]")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write, .csv or .xlsx.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), help="Form  [default: told from FILE, else csv].")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def template(tables: tuple[str, ...], output: Path | None, form: str | None, force: bool) -> None:
    """Write an empty template for TABLE: as CSV its header, as XLSX a sheet per table with drop-downs and notes.

    Without a TABLE an XLSX has a sheet for every table. A filled-in template validates as it is.
    """
    from karabakh_data.template import template_csv, template_xlsx

    for table in tables:
        if table not in MODELS:
            fail(f"no table {table!r}{did_you_mean(table, MODELS)}; `karabakh-data ls` lists them")
        if table not in CONTRIBUTED_TABLES:
            fail(not_contributed(table))
    _has_folder(output)
    if output is not None and output.exists() and not force:
        fail(f"{output} is there already, and may hold records: choose another name, or --force")
    if form is None:
        suffix = output.suffix.casefold() if output is not None else ".csv"
        if suffix not in (".csv", ".xlsx"):
            fail(f"no template ends in {suffix or 'nothing'}: name it .csv or .xlsx")
        form = suffix[1:]
    if form == "csv" and len(tables) != 1:
        fail("a CSV holds one table: name it, or write a workbook with -o FILE.xlsx")
    try:
        data = template_csv(tables[0]) if form == "csv" else template_xlsx(tables)
    except MissingExtraError as error:
        fail(str(error))
    if output is None:
        if form == "xlsx" and is_terminal(sys.stdout):
            fail("a workbook is not for the terminal: write it with -o FILE.xlsx")
        sys.stdout.buffer.write(data)
        return
    files.write_atomically(output, data)
    click.echo(f"{output} written; fill it in, then `karabakh-data validate {output}`", err=True)


@click.command()
@PATHS
@TABLE
@KIND
@ROOT
@DOCUMENTS
@UPDATE
@click.option("--dry-run", is_flag=True, help="Change nothing; print what would change as a unified diff.")
def adopt(
    paths: tuple[str, ...],
    table: str | None,
    kind: str | None,
    root: Path,
    documents: Path | None,
    update: bool,
    dry_run: bool,
) -> None:
    """Write a contribution without errors into the seeds of a checkout, in canonical form.

    The records are judged first, against the published tables of the checkout. Comments and order of what is there
    are kept. Then `karabakh-data build` makes the tables.
    """
    from karabakh_data.adopt import AdoptError, write
    from karabakh_data.adopt import adopt as made

    data = root / "karabakh_data" / "data"
    if not is_checkout(root):
        fail(f"{root} is no checkout of karabakh_data: it has no seeds/sources.yaml")
    report = _judged(paths, table, kind, str(data), update, documents)
    if not report.ok:
        print_pieces(_pieces(report, "text", MAX_SHOWN, to_file=False), is_text=True)
        fail("nothing is adopted: the contribution has errors", 1)
    for finding in report.findings:
        click.echo(visible(str(finding)), err=True)
    if bare := _uncited(report):
        fail(f"nothing is adopted: a changed value needs the passage it was read from, as a row of evidence: {bare}", 1)
    try:
        adoption = made(root, report.records, update=update)
        if not dry_run:
            write(root, adoption)
    except AdoptError as error:
        fail(str(error), 1)
    if dry_run:
        click.echo(adoption.diff, nl=False)
        return
    for done, found in (("new", adoption.added), ("changed", adoption.corrected)):
        for name, ids in found.items():
            click.echo(f"{name}: {done} {', '.join(ids)}")
    click.echo("next: `karabakh-data build`, and read the diff" if adoption.files else "nothing to adopt", err=True)


def _uncited(report: Report) -> str:
    """The changed source values that the contribution gives no evidence for."""
    from karabakh_data.columns import column_named
    from karabakh_data.models import Evidence
    from karabakh_data.models.types import Origin

    cited = {(record.record_id, record.field) for record in report.records if isinstance(record, Evidence)}
    bare = []
    for change in report.changes:
        column = column_named(MODELS[change.table], change.field)
        if column and column.origin is Origin.SOURCE and change.new and (change.record_id, change.field) not in cited:
            bare.append(f"{change.record_id} {change.field} ({change.place})")
    return "; ".join(bare)


COMMANDS: tuple[click.Command, ...] = (validate, explain, template, adopt)
"""Every command of this module."""
