"""Fetch the library that the explorer's page carries, as the npm registry has it, and compare or replace our copy.

`python tools/vendor.py` compares; `--update` writes. Needs npm. `vendored.json` beside the copy names the package, its
version, the integrity digest that the registry publishes for it, and the files taken with their digests.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "karabakh_data" / "explorer" / "vendor"


def fetched(package: str, version: str, integrity: str, folder: Path) -> dict[str, bytes]:
    """The files of a package as `npm pack` gets them.

    Raises:
        SystemExit: npm fails, or the archive is not the one that the integrity digest names.
    """
    command = ["npm", "pack", f"{package}@{version}", "--pack-destination", str(folder), "--silent"]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"npm pack {package}@{version} failed: {getattr(error, 'stderr', '') or error}")
    (archive,) = folder.glob("*.tgz")
    digest = "sha512-" + base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if digest != integrity:
        sys.exit(f"{package}@{version} has the integrity {digest}, expected {integrity}")
    with tarfile.open(archive) as tar:
        return {
            member.name.removeprefix("package/"): stream.read()
            for member in tar.getmembers()
            if member.isfile() and (stream := tar.extractfile(member)) is not None
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write the files and their digests")
    update = parser.parse_args().update
    differing = []
    for note in sorted(VENDOR.glob("*/vendored.json")):
        told = json.loads(note.read_text(encoding="utf-8"))
        with tempfile.TemporaryDirectory() as folder:
            files = fetched(told["package"], told["version"], told["integrity"], Path(folder))
        for path, entry in told["files"].items():
            target = note.parent / Path(path).name
            if update:
                target.write_bytes(files[path])
                entry["sha256"] = hashlib.sha256(files[path]).hexdigest()
            elif not target.is_file() or target.read_bytes() != files[path]:
                differing.append(str(target))
        if update:
            note.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    if differing:
        sys.exit("these differ from what the registry has: " + ", ".join(differing))
    print("what is vendored is what the registry has")


if __name__ == "__main__":
    main()
