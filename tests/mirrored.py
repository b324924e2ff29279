"""The data set with the two sides in each other's place: what is even-handed gives the mirror image of its answer."""

from __future__ import annotations

import karabakh_data as kd
from karabakh_data.claims import SIDES
from karabakh_data.derive import with_values


def swapped(ds: kd.Dataset) -> kd.Dataset:
    """The same data set with the two sides in each other's place."""
    other = dict(zip(SIDES, reversed(SIDES), strict=True))
    tables = {name: list(ds.table(name)) for name in ds}
    tables["actors"] = [with_values(a, {"side": other.get(a.side, a.side)}) for a in ds.actors]
    tables["incidents"] = [
        with_values(i, {f: tuple(sorted(other.get(c, c) for c in getattr(i, f))) for f in ("affirmed_by", "denied_by")})
        for i in ds.incidents
    ]
    return kd.Dataset(tables)
