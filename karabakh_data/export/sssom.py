"""The crosswalk as an SSSOM file: tab-separated, with the metadata that the standard asks for in front."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import yaml

from karabakh_data import __version__
from karabakh_data.columns import columns_of
from karabakh_data.descriptor import LICENSES, NAME
from karabakh_data.models import Correspondence
from karabakh_data.tables import row_is

if TYPE_CHECKING:
    from pathlib import Path

    from karabakh_data.dataset import Dataset

STANDARD = {
    "semapv": "https://w3id.org/semapv/vocab/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "sssom": "https://w3id.org/sssom/",
    "urn": "urn:",  # so that tools take our URNs for what they are
}
"""The prefixes that do not stand for a vocabulary or a code list."""


def curie_map(ds: Dataset) -> dict[str, str]:
    """Every prefix in the crosswalk and what it stands for; those of vocabularies and code lists are our own URNs."""
    columns = ("subject_id", "predicate_id", "object_id", "object_source", "mapping_justification")
    used = {getattr(row, column).partition(":")[0] for row in ds.crosswalk() for column in columns}
    return {name: STANDARD.get(name, f"urn:{NAME}:{name}:") for name in sorted(used | STANDARD.keys())}


def write(ds: Dataset, target: Path) -> None:
    """Write the mapping set."""
    out = io.StringIO(newline="")
    about = {
        "curie_map": curie_map(ds),
        "mapping_set_id": f"urn:{NAME}:crosswalk",
        "mapping_set_version": __version__,
        "mapping_set_description": row_is(Correspondence),
        "license": LICENSES[0]["path"],
    }
    text = yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=10_000)
    out.writelines(f"#{line}\n" for line in text.splitlines())
    columns = columns_of(Correspondence)
    writer = csv.writer(out, delimiter="\t", lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([column.write(getattr(row, column.name)) for column in columns] for row in ds.crosswalk())
    target.write_text(out.getvalue(), encoding="utf-8", newline="\n")
