"""The models: one class for each table, the only definition of its columns, constraints and rules."""

from karabakh_data.models.actor import Actor, Affiliation
from karabakh_data.models.ceasefire import Ceasefire, StatusReport
from karabakh_data.models.evidence import Evidence, Identifier
from karabakh_data.models.graph import Edge, Node, Term
from karabakh_data.models.incident import Incident
from karabakh_data.models.kept import Correspondence, RetiredId
from karabakh_data.models.occasion import Occasion
from karabakh_data.models.place import Place
from karabakh_data.models.record import Record
from karabakh_data.models.source import Source
from karabakh_data.models.statement import Statement

__all__ = [
    "Actor",
    "Affiliation",
    "Ceasefire",
    "Correspondence",
    "Edge",
    "Evidence",
    "Identifier",
    "Incident",
    "Node",
    "Occasion",
    "Place",
    "Record",
    "RetiredId",
    "Source",
    "Statement",
    "StatusReport",
    "Term",
]
