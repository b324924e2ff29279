"""What the measurements were made on."""

from __future__ import annotations

import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("pydantic", "polars", "pyarrow", "frictionless", "pandera", "dataframely", "duckdb", "pandas")


def described() -> dict[str, str]:
    """The machine and the versions of what runs on it; nothing that names the machine itself."""
    versions = {"karabakh_data": metadata.version("karabakh-data")}
    for name in PACKAGES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return {
        "processor": _line("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{int((_line('/proc/meminfo', 'MemTotal') or '0').split()[0]) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }


def busy() -> str | None:
    """What others are doing on the machine, if that much that times will be too long."""
    load, cores = os.getloadavg()[0], len(os.sched_getaffinity(0))
    if load < cores / 4:
        return None
    return f"the machine is busy (load {load:.1f} on {cores} cores): times will be too long"


def _line(path: str, name: str) -> str | None:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None
