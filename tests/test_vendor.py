"""The script that fetches what the explorer's page carries takes the package that its digest names, and no other."""

from __future__ import annotations

import base64
import hashlib
import io
import runpy
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def fetched(root: Path) -> Callable[..., dict[str, bytes]]:
    found: Any = runpy.run_path(str(root / "tools" / "vendor.py"))["fetched"]
    return found  # type: ignore[no-any-return]


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """An archive as npm would fetch it, by an npm that needs no network."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as tar:
        for name, text in (("package/dist/x.js", b"1;"), ("package/LICENSE", b"Do as you like.")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    (tmp_path / "x.tgz").write_bytes(made.getvalue())
    npm = tmp_path / "bin" / "npm"
    npm.parent.mkdir()
    npm.write_text(
        f'#!/bin/sh\n[ "$2" = "x@1.2.3" ] || {{ echo "no such version" >&2; exit 1; }}\ncp {tmp_path}/x.tgz "$4"\n'
    )
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{npm.parent}:/usr/bin:/bin")
    return made.getvalue()


def test_the_files_of_the_package_are_taken(fetched: Any, packed: bytes, tmp_path: Path) -> None:
    digest = "sha512-" + base64.b64encode(hashlib.sha512(packed).digest()).decode()
    (tmp_path / "to").mkdir()
    assert fetched("x", "1.2.3", digest, tmp_path / "to") == {"dist/x.js": b"1;", "LICENSE": b"Do as you like."}


def test_another_archive_is_refused(fetched: Any, packed: bytes, tmp_path: Path) -> None:
    (tmp_path / "to").mkdir()
    with pytest.raises(SystemExit, match=r"x@1\.2\.3 has the integrity sha512-.*, expected sha512-other"):
        fetched("x", "1.2.3", "sha512-other", tmp_path / "to")


def test_what_npm_says_is_told(fetched: Any, packed: bytes, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"npm pack x@9 failed: no such version"):
        fetched("x", "9", "sha512-other", tmp_path)
