"""The generated files that are measured, kept in the folder for temporary files until the generator changes."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from benchmarks.generate import generate
from benchmarks.texts import Texts
from benchmarks.truth import Truth, beside

_MAKERS = ("generate", "plan", "faults", "sound", "wording", "published", "truth")


def generated(rows: int, seed: int, *, broken: bool) -> tuple[Path, Truth]:
    """A file of so many rows and the truth about it.

    Args:
        rows: How many rows.
        seed: Of the randomness.
        broken: Whether there are faults of structure among the others.
    """
    folder = Path(tempfile.gettempdir(), f"karabakh-data-benchmarks-{_digest()}")
    folder.mkdir(exist_ok=True)
    path = folder / f"incidents-{rows}-{seed}{'-broken' if broken else ''}.csv"
    if not beside(path).exists():
        print(f"writing {path.name} …", flush=True)
        generate(rows, path, seed=seed, structural=broken).write(beside(path))
    Texts.of_package().write(path)
    return path, Truth.read(beside(path))


def _digest() -> str:
    here = Path(__file__).resolve().parent
    data = here.parent / "karabakh_data" / "data"
    parts = [*(here / f"{name}.py" for name in _MAKERS), *sorted(data.glob("*.csv"))]
    return hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()[:12]
