"""Ceasefire diplomacy in the Nagorno-Karabakh conflict: who said what, to whom, about which truce or incident.

    >>> import karabakh_data as kd
    >>> ds = kd.load()
    >>> appeals = ds.statements.where(speech_act="appeal")

The models `Statement`, `Ceasefire`, `Incident` and `Actor` validate on their own; `load` gives the published data set;
`package` gives it as a `frictionless.Package`.
"""

__version__ = "0.1.0"

from karabakh_data.dataset import Dataset, load
from karabakh_data.edtf import EDTF, DatePrecision, EDTFError
from karabakh_data.frames import MissingExtraError
from karabakh_data.models import (
    Actor,
    Affiliation,
    Ceasefire,
    Edge,
    Evidence,
    Identifier,
    Incident,
    Node,
    Occasion,
    Place,
    Record,
    Source,
    Statement,
    StatusReport,
    Term,
)
from karabakh_data.packaging import package
from karabakh_data.table import Table

__all__ = [
    "EDTF",
    "Actor",
    "Affiliation",
    "Ceasefire",
    "Dataset",
    "DatePrecision",
    "EDTFError",
    "Edge",
    "Evidence",
    "Identifier",
    "Incident",
    "MissingExtraError",
    "Node",
    "Occasion",
    "Place",
    "Record",
    "Source",
    "Statement",
    "StatusReport",
    "Table",
    "Term",
    "__version__",
    "load",
    "package",
]
