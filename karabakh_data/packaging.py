"""The data set as a Frictionless package, from a checkout or an installed wheel alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from karabakh_data.dataset import DATA, load
from karabakh_data.tables import MODELS

if TYPE_CHECKING:
    from frictionless import Package


def package() -> Package:
    """The published data set as a `frictionless.Package` with its schemas inlined; `package().validate()` judges it."""
    from frictionless import Package

    from karabakh_data.descriptor import datapackage

    data = {name: (DATA / f"{name}.csv").read_bytes() for name in MODELS}
    descriptor = datapackage(data, load().sources, inline=True, folder="")
    return Package.from_descriptor(descriptor, basepath=str(DATA))
