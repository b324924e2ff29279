"""`validate`: contributed records in any format, judged."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

from karabakh_data.dataset import Dataset, load
from karabakh_data.evidence import documents_folder
from karabakh_data.suggest import did_you_mean
from karabakh_data.tables import MODELS
from karabakh_data.validation.pipeline import Pipeline
from karabakh_data.validation.readers.formats import FORMATS
from karabakh_data.validation.readers.inputs import Inputs
from karabakh_data.validation.report import Report
from karabakh_data.validation.store import Findings

__all__ = ["validate"]


def validate(
    source: Any,
    *,
    table: str | None = None,
    kind: str | None = None,
    against: Dataset | str | Path | None = "published",
    update: bool = False,
    documents: str | Path | None = None,
    today: datetime.date | None = None,
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

    Raises:
        ValueError: There is no such table or format.
        TypeError: `source` is nothing that can be read.
        FileNotFoundError: `against` is no folder of published tables.
        karabakh_data.evidence.DocumentError: There is no such folder of documents.
        karabakh_data.MissingExtraError: The format needs a library that is not installed.
    """
    if table is not None and table not in MODELS:
        raise ValueError(f"no table {table!r}{did_you_mean(table, MODELS)}; the tables are {', '.join(MODELS)}")
    if kind is not None and kind not in FORMATS:
        raise ValueError(f"no format {kind!r}{did_you_mean(kind, FORMATS)}; the formats are {', '.join(FORMATS)}")
    findings = Findings()
    folder = documents_folder(Path(documents)) if documents is not None else None
    inputs = Inputs(findings, table, kind, is_update=update)
    pipeline = Pipeline(_published(against), findings, update=update, documents=folder, today=today)
    return pipeline.run(inputs.read(source), inputs.files)


def _published(against: Dataset | str | Path | None) -> Dataset | None:
    if against is None or isinstance(against, Dataset):
        return against
    if str(against) == "none":
        return None
    return load(None if str(against) == "published" else against)
