"""`validate`: contributed records in any format, judged."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from karabakh_data.dataset import Dataset, load
from karabakh_data.evidence import documents_folder
from karabakh_data.frames import require
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import MODELS
from karabakh_data.validation.codes.reading import too_large
from karabakh_data.validation.large.cores import cores
from karabakh_data.validation.large.effort import Effort, Progress
from karabakh_data.validation.large.formats import surveyed
from karabakh_data.validation.large.parts import FileSpec
from karabakh_data.validation.large.plan import Plan
from karabakh_data.validation.pipeline import Pipeline
from karabakh_data.validation.raw import RawRow, Reading
from karabakh_data.validation.readers.formats import FORMATS
from karabakh_data.validation.readers.inputs import Inputs
from karabakh_data.validation.readers.packages import File
from karabakh_data.validation.readers.spool import spooled
from karabakh_data.validation.report import Report
from karabakh_data.validation.store import Findings

__all__ = ["validate"]

MAX_HELD = 500_000
"""Records that are held in memory, where they are not judged in parts; some 5 GiB."""


def validate(
    source: Any,
    *,
    table: str | None = None,
    kind: str | None = None,
    against: Dataset | str | Path | None = "published",
    update: bool = False,
    documents: str | Path | None = None,
    today: datetime.date | None = None,
    screen: bool | None = None,
    jobs: int | None = None,
    executor: Executor | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Judge contributed records: every value, every record, keys, references, and what holds across records.

        >>> import karabakh_data as kd
        >>> report = kd.validate([{"report_id": "report-x", "ceasefire_id": "ceasefire-1994", "as_of": "May 2016"}])
        >>> report.findings[-1].code, report.findings[-1].suggestion
        ('KD205', '2016-05')

    Args:
        source: A path (a file, a folder, a `datapackage.json`), a list of paths, a binary stream, a list of mappings or
            models, a mapping from table names to any of these, or an Arrow-compatible frame. All of it is one batch:
            records may refer to each other.
        table: The table of the records; by default told from the names of files and sheets, or from the columns.
        kind: The format, one of csv, tsv, json, jsonl, yaml, xlsx, parquet; by default told from the file's extension.
        against: The data set that keys and references are judged against: `"published"`, a data set, the folder of
            one, or `None` (also `"none"`) for none.
        update: Take records with published ids as proposed corrections; a column that such a record leaves out stays as
            it is published.
        documents: Folder of the articles, to verify passages in them.
        today: The day from which a date lies in the future; by default this day.
        screen: Whether Polars (extra `fast`) screens the rows of large files, so that only suspects go to the models;
            by default where it is installed. The report is the same.
        jobs: How many processes judge large files; by default this one does with a thread for each core. Where it is
            more than one, a script needs its `if __name__ == "__main__":`, as always with `multiprocessing`.
        executor: What judges the parts of large files in place of threads and processes of ours, such as Dask's
            `client.get_executor(pure=False)`; its workers need this library and the same paths.
        progress: Called now and then with how far the validation has come.

    Raises:
        ValueError: There is no such table or format, or fewer than one job.
        TypeError: `source` is nothing that can be read.
        FileNotFoundError: `against` is no folder of published tables.
        karabakh_data.evidence.DocumentError: There is no such folder of documents.
        karabakh_data.MissingExtraError: The format, or `screen=True`, needs a library that is not installed.
        OSError: A worker of `executor` cannot read a file, or finds another one at its path.
        karabakh_data.validation.large.setting.WorkerError: A worker has another version of this library or of Polars.
        karabakh_data.validation.large.effort.WorkerLostError: A process that judged a part was killed, or no worker of
            `executor` is left.
        karabakh_data.validation.report.Interrupted: A `KeyboardInterrupt`, with the report of what was found so far.
    """
    if table is not None and table not in MODELS:
        raise ValueError(f"no table {table!r}{did_you_mean(table, MODELS)}; the tables are {', '.join(MODELS)}")
    if kind is not None and kind not in FORMATS:
        raise ValueError(f"no format {kind!r}{did_you_mean(kind, FORMATS)}; the formats are {', '.join(FORMATS)}")
    if jobs is not None and jobs < 1:
        raise ValueError(f"{jobs} jobs: at least one is needed")
    if screen:
        require("polars", "fast")
    findings = Findings()
    folder = documents_folder(Path(documents)) if documents is not None else None
    inputs = Inputs(findings, table, kind, is_update=update)
    pipeline = Pipeline(_published(against), findings, update=update, documents=folder, today=today)
    effort = Effort(
        framed=screen is not False and find_spec("polars") is not None,
        jobs=jobs or cores(),
        executor=executor,
        spawns=jobs is not None,
        progress=progress,
    )
    return judged(pipeline, inputs, source, effort)


def judged(pipeline: Pipeline, inputs: Inputs, source: Any, effort: Effort) -> Report:
    """Judge what is given with so much effort: as a whole where it is small, else part by part."""
    if hasattr(source, "read") and not isinstance(source, type):
        source = spooled(source, effort.large)
    plan = Plan(inputs, source, effort.large)
    effort.total = plan.size
    if pipeline.documents is not None or not plan.tables:
        return pipeline.run(effort.watched(_not_too_many(inputs.read(source), pipeline.findings)), inputs.files)
    files: list[FileSpec] = []

    def set_aside(reading: Reading, file: File, kind: str) -> bool:
        if file.path not in plan.files:
            return False
        spec = surveyed(reading, file.path, kind, file.hint, file.delimiter)
        if spec is not None:
            files.append(spec)
        return True

    from karabakh_data.validation.large.run import LargeRun

    inputs.set_aside = set_aside
    with effort:
        return LargeRun(pipeline, plan.tables, files, effort, source).run(inputs.read(source), inputs.files)


def _not_too_many(rows: Iterator[RawRow], findings: Findings) -> Iterator[RawRow]:
    """The rows up to as many as can be held and compared; that there are more is told."""
    for number, row in enumerate(rows):
        if number == MAX_HELD:
            what = "the contribution holds more records that are compared with each other", f"{MAX_HELD:,}"
            repair = "give the records of one table with their evidence in parts"
            Reading(row.source, findings).tell(too_large, *what, repair, at=row)
            return
        yield row


def _published(against: Dataset | str | Path | None) -> Dataset | None:
    if against is None or isinstance(against, Dataset):
        return against
    if str(against) == "none":
        return None
    return load(None if str(against) == "published" else against)
