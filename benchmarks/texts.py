"""What no text of a row may hold: regular expressions made of the package's lists, for the other validators.

They stand in a file beside the rows, since importing our package would add to the time of another validator.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Texts:
    """Alternatives in the syntax that Rust's `regex`, RE2 and Python's `re` share; case does not matter in any."""

    columns: tuple[str, ...]
    """The columns of texts in our words."""
    neutral: tuple[str, ...]
    """The columns that name no side."""
    loaded: str
    """Whole words that take a side."""
    sides: str
    """Names of sides and actors, as whole words."""
    signs: str
    """What is wrong wherever it stands: residue of pages and wrong encodings, hidden characters."""
    placeholders: str
    """Texts that stand for no value."""

    @classmethod
    @cache
    def of_package(cls) -> Texts:
        """As our validator has them."""
        import karabakh_data as kd
        from karabakh_data.neutrality import LOADED_WORDS, name_words
        from karabakh_data.validation.cells import judges_of
        from karabakh_data.validation.checks import names_of_parties
        from karabakh_data.validation.plausibility import RESIDUE
        from karabakh_data.validation.repairs import HIDDEN, NOTHING

        data = kd.load()
        names = names_of_parties({"actors": list(data.actors), "places": list(data.places)})
        return cls(
            columns=tuple(name for name, judge in judges_of("incidents").items() if judge.is_ours),
            neutral=("incident_id", "name"),
            loaded="|".join(LOADED_WORDS),
            sides="|".join(sorted({"[ -]+".join(name_words(name)) for name in names})),
            signs=f"{RESIDUE.pattern}|{HIDDEN.pattern}",
            placeholders="|".join(sorted(re.escape(one) for one in NOTHING - {"unknown"})),  # "unknown" may be meant
        )

    @classmethod
    def read(cls, rows: str) -> Texts:
        """Those that were written beside a file of rows."""
        told = json.loads(beside(Path(rows)).read_text(encoding="utf-8"))
        return cls(**told | {name: tuple(told[name]) for name in ("columns", "neutral")})

    def write(self, rows: Path) -> None:
        """Write them beside a file of rows."""
        beside(rows).write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def beside(rows: Path) -> Path:
    """Where they stand for a file of rows."""
    return rows.with_name(f"{rows.name}.texts.json")
