"""Ceasefire diplomacy in the Nagorno-Karabakh conflict: who said what, to whom, about which truce or incident.

    >>> import karabakh_data as kd
    >>> ds = kd.load()
    >>> appeals = ds.statements.where(speech_act="appeal")

The models `Statement`, `Ceasefire`, `Incident` and `Actor` validate on their own; `load` gives the published data set;
`validate` judges contributed records; `package` gives the data set as a `frictionless.Package`.
"""

__version__ = "0.1.0"

from typing import TYPE_CHECKING, Any

from karabakh_data.dataset import Dataset, load
from karabakh_data.edtf import EDTF, DatePrecision, EDTFError
from karabakh_data.frames import MissingExtraError
from karabakh_data.models import (
    Actor,
    Affiliation,
    Ceasefire,
    Correspondence,
    Edge,
    Evidence,
    Identifier,
    Incident,
    Node,
    Occasion,
    Place,
    Record,
    RetiredId,
    Source,
    Statement,
    StatusReport,
    Term,
)
from karabakh_data.packaging import package
from karabakh_data.table import Table

if TYPE_CHECKING:
    from karabakh_data.aggregate import Aggregation
    from karabakh_data.claim import Claim
    from karabakh_data.validation.contribution import validate
    from karabakh_data.validation.finding import Finding, Severity
    from karabakh_data.validation.report import Report, ValidationFailed

_LAZY = {
    "Aggregation": "karabakh_data.aggregate",
    "Claim": "karabakh_data.claim",
    "validate": "karabakh_data.validation.contribution",
    "Finding": "karabakh_data.validation.finding",
    "Severity": "karabakh_data.validation.finding",
    "Report": "karabakh_data.validation.report",
    "ValidationFailed": "karabakh_data.validation.report",
}
"""Names that are imported when first used, so that `import karabakh_data` stays light."""

__all__ = [
    "EDTF",
    "Actor",
    "Affiliation",
    "Aggregation",
    "Ceasefire",
    "Claim",
    "Correspondence",
    "Dataset",
    "DatePrecision",
    "EDTFError",
    "Edge",
    "Evidence",
    "Finding",
    "Identifier",
    "Incident",
    "MissingExtraError",
    "Node",
    "Occasion",
    "Place",
    "Record",
    "Report",
    "RetiredId",
    "Severity",
    "Source",
    "Statement",
    "StatusReport",
    "Table",
    "Term",
    "ValidationFailed",
    "__version__",
    "load",
    "package",
    "validate",
]


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    value = getattr(importlib.import_module(_LAZY[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
