"""Validation by the workers of a real Dask scheduler: the same report, also where workers die."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed")
from clusters import Cluster, cluster
from largefiles import WHOLE, Found, found, judge, partitions, said

import karabakh_data as kd
from karabakh_data.validation.large import effort as effort_module
from karabakh_data.validation.large import setting as setting_module
from karabakh_data.validation.large.effort import Effort, Progress, WorkerLostError
from karabakh_data.validation.large.setting import WorkerError
from karabakh_data.validation.report import Report

PART = 16_000
"""Bytes of a part, of files of some 140,000."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask")) as made:
        yield made


@pytest.fixture
def dask(running: Cluster) -> Cluster:
    """A cluster with two workers, whatever became of those of the test before."""
    running.fill(2)
    return running


class Folder:
    """Partitions, what is wrong with them, and the report of the plain path."""

    def __init__(self, path: Path, planted: Found) -> None:
        self.path = path
        self.planted = planted
        self.plain = judge(path, Effort(large=WHOLE))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    path = tmp_path_factory.mktemp("large") / "incidents"
    return Folder(path, partitions(path, csv=3, parquet=2))


def mapped(source: Any, executor: Any, progress: Callable[[Progress], None] | None = None) -> Report:
    return judge(source, Effort(framed=True, executor=executor, large=0, part_bytes=PART, progress=progress))


def test_workers_give_the_report_of_the_plain_path(dask: Cluster, folder: Folder) -> None:
    parts: list[int] = []
    report = mapped(folder.path, dask.executor(), lambda progress: parts.append(progress.rows))
    assert len(parts) > 24
    assert parts == sorted(parts)
    assert found(report) == found(folder.plain) == folder.planted
    assert said(report) == said(folder.plain)
    told = dask.client.run(lambda: "karabakh_data.validation.large.work" in sys.modules)
    assert list(told.values()) == [True, True], "both workers judged"


def test_the_public_function_takes_the_executor(dask: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = partitions(tmp_path / "in", rows=5_000, csv=1)
    monkeypatch.chdir(tmp_path)  # the workers stand elsewhere
    seen: list[Progress] = []
    report = kd.validate("in", executor=dask.executor(), progress=seen.append)
    assert seen
    assert {(str(tmp_path / file), *rest) for file, *rest in found(report)} == set(planted)
    assert len(list(report.records)) == len(report.records)


def test_a_worker_that_is_killed_leaves_its_parts_to_the_others(dask: Cluster, folder: Folder) -> None:
    rows: list[int] = []

    def kill_one(progress: Progress) -> None:
        rows.append(progress.rows)
        if len(rows) == 3:
            dask.kill()

    report = mapped(folder.path, dask.executor(), kill_one)
    assert len(rows) > 24
    assert said(report) == said(folder.plain)
    assert len(dask.client.nthreads()) == 1


def test_without_a_worker_the_wait_has_an_end(dask: Cluster, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort_module, "PATIENCE", 2)
    rows: list[int] = []

    def kill_all(progress: Progress) -> None:
        rows.append(progress.rows)
        if len(rows) == 3:
            dask.kill_all()

    with pytest.raises(WorkerLostError, match="no part was judged for 2 seconds: no worker is left"):
        mapped(folder.path, dask.executor(), kill_all)
    assert dask.client.nthreads() == {}
    monkeypatch.undo()
    dask.fill(1)
    assert said(mapped(folder.path, dask.executor())) == said(folder.plain), "the executor is as good as before"


@pytest.mark.parametrize("pure", [False, True])
def test_a_changed_file_is_judged_anew(dask: Cluster, tmp_path: Path, pure: bool) -> None:
    partitions(tmp_path, rows=60, csv=1)
    executor = dask.executor(pure=pure)
    path = tmp_path / "incidents-0.csv"
    before = mapped(tmp_path, executor)
    text = path.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if re.search(r",\d{4}-\d\d-\d\d,", line))
    changed = re.sub(r",\d{4}-(\d\d-\d\d),", r",9999-\1,", row)  # as many bytes as before
    path.write_text(text.replace(row, changed), encoding="utf-8")
    os.utime(path, (0, 0))
    after = mapped(tmp_path, executor)
    assert said(after) == said(judge(tmp_path, Effort(large=WHOLE)))
    assert len(after.findings) > len(before.findings)


def test_a_file_that_workers_do_not_have_is_named(dask: Cluster, tmp_path: Path) -> None:
    partitions(tmp_path, csv=1)
    path = tmp_path / "incidents-0.csv"

    def take_away(_: Progress) -> None:
        if path.exists():
            path.rename(tmp_path / "away")

    with pytest.raises(FileNotFoundError, match="every worker must see the same file at the same path") as caught:
        judge(tmp_path, Effort(executor=dask.executor(), large=0, part_bytes=2_000, progress=take_away))
    assert caught.value.filename == str(path)


def test_another_file_at_the_same_path_is_noticed(dask: Cluster, tmp_path: Path) -> None:
    partitions(tmp_path, csv=1)
    path = tmp_path / "incidents-0.csv"

    def grow(_: Progress) -> None:
        with path.open("ab") as stream:
            stream.write(b"\n")

    with pytest.raises(OSError, match=r"bytes in place of .* every worker must see the same file"):
        judge(tmp_path, Effort(executor=dask.executor(), large=0, part_bytes=2_000, progress=grow))


def test_a_worker_of_another_version_is_told(dask: Cluster, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(setting_module, "__version__", "99.0")
    with pytest.raises(WorkerError, match=r"has karabakh-data .* was started with 99\.0: they must be the same"):
        mapped(folder.path, dask.executor())


def test_an_error_of_a_part_leaves_nothing_to_do(dask: Cluster, folder: Folder) -> None:
    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        mapped(folder.path, dask.executor(), stop)
    until = time.monotonic() + 10
    while any(dask.client.processing().values()):
        assert time.monotonic() < until, "the parts that were not judged yet are taken back"
        time.sleep(0.05)
