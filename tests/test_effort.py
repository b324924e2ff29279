"""In threads, in processes, or wherever an executor takes the parts: the report is the same, and a loss is told."""

from __future__ import annotations

import datetime
import gc
import multiprocessing
import os
import pickle
import re
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from largefiles import WHOLE, judge, partitions, said

from karabakh_data.validation.large import effort as effort_module
from karabakh_data.validation.large import work
from karabakh_data.validation.large.effort import Effort, Progress, WorkerLostError
from karabakh_data.validation.large.parts import Outcome, Part
from karabakh_data.validation.large.setting import Setting, WorkerError, packed, unpacked
from karabakh_data.validation.report import Report

PART = 20_000


class Folder:
    """Partitions, and the report of the plain path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        partitions(path, csv=2)
        self.plain = judge(path, Effort(large=WHOLE))

    def agrees(self, report: Report) -> bool:
        """Whether a report says the same."""
        return said(report) == said(self.plain)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("large"))


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of any size are worth processes."""
    monkeypatch.setattr(effort_module, "SPAWNED_FROM", 0)


def no_child_is_left() -> bool:
    until = time.monotonic() + 10
    while multiprocessing.active_children() and time.monotonic() < until:
        time.sleep(0.05)
    return not multiprocessing.active_children()


# --- The process ---------------------------------------------------------------------------------------------------


def test_the_collector_looks_seldom_meanwhile_and_then_as_before() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    with Effort(framed=True, jobs=2):
        assert gc.get_threshold() == effort_module.SELDOM
        assert gc.get_freeze_count() > 0
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_the_collector_looks_as_before_where_nothing_can_be_started(monkeypatch: pytest.MonkeyPatch) -> None:
    before = gc.get_threshold(), gc.get_freeze_count()

    def no_more(workers: int) -> Any:
        raise OSError("no more threads")

    monkeypatch.setattr(effort_module, "ThreadPoolExecutor", no_more)
    with pytest.raises(OSError, match="no more threads"), Effort(framed=True, jobs=2):
        pass
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


# --- Threads and processes of ours ---------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_threads_give_the_report_of_the_plain_path(folder: Folder, jobs: int) -> None:
    effort = Effort(framed=True, jobs=jobs, large=0, part_bytes=PART)
    assert folder.agrees(judge(folder.path, effort))


@pytest.mark.usefixtures("processes")
def test_processes_give_the_report_of_the_plain_path(folder: Folder) -> None:
    children: set[int | None] = set()
    seen: list[int] = []

    def look(progress: Progress) -> None:
        children.update(one.pid for one in multiprocessing.active_children())
        seen.append(progress.bytes)

    effort = Effort(framed=True, jobs=2, spawns=True, large=0, part_bytes=PART, progress=look)
    assert folder.agrees(judge(folder.path, effort))
    assert len(children) == 1, "this process judges too"
    assert len(seen) > 10
    assert seen == sorted(seen)
    assert no_child_is_left()


@pytest.mark.usefixtures("processes")
def test_a_process_that_is_killed_is_told_and_leaves_none_behind(folder: Folder) -> None:
    def kill_one(_: Progress) -> None:
        for one in multiprocessing.active_children()[:1]:
            os.kill(one.pid or 0, signal.SIGKILL)

    effort = Effort(jobs=2, spawns=True, large=0, part_bytes=2_000, progress=kill_one)
    with pytest.raises(WorkerLostError, match=r"ended too early \(killed, or out of memory\); try again with fewer"):
        judge(folder.path, effort)
    assert no_child_is_left()


def dies_while_it_sends(part: Part, _: bytes) -> None:
    """Ends its process when a piece of the outcome is sent, as one that runs out of memory then."""
    frame: Any = sys._getframe()
    while "result_queue" not in frame.f_locals:
        frame = frame.f_back
    piece = struct.pack("!i", 1 << 20) + b"a piece"
    os.write(frame.f_locals["result_queue"]._writer.fileno(), piece)
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.usefixtures("processes")
def test_a_process_that_ends_while_it_sends_is_told_too(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort_module, "LOOK", 0.2)
    monkeypatch.setattr(effort_module, "judge_packed", dies_while_it_sends)
    with pytest.raises(WorkerLostError, match="ended too early"):
        judge(folder.path, Effort(jobs=2, spawns=True, large=0, part_bytes=PART))
    assert no_child_is_left()


@pytest.mark.usefixtures("processes")
def test_a_report_that_nobody_waits_for_any_more_leaves_no_process_behind(folder: Folder) -> None:
    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge(folder.path, Effort(jobs=2, spawns=True, large=0, part_bytes=PART, progress=stop))
    assert no_child_is_left()


FORKED = """
import multiprocessing, sys
from pathlib import Path
from karabakh_data.validation.large import effort
from karabakh_data.validation.contribution import validate

effort.FORKED_FROM = 0
if __name__ == "__main__":
    ways = set()

    def look(progress):
        ways.update((type(one).__name__, one.name) for one in multiprocessing.active_children())

    report = validate(sys.argv[1], jobs=3, progress=look)
    print(len(ways), *{kind for kind, _ in ways}, report.rows, report.counts)
    import polars

    ways.clear()
    again = validate(sys.argv[1], jobs=3, progress=look)
    print(len(ways), again.findings == report.findings, list(again.records) == list(report.records))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how many threads a process has")
def test_a_process_with_one_thread_is_copied_and_any_other_is_not(folder: Folder, tmp_path: Path) -> None:
    """A copy of a process that has used Polars hangs; here Polars has more threads than one the second time."""
    script = tmp_path / "forked.py"
    script.write_text(FORKED)
    done = subprocess.run(
        [sys.executable, str(script), str(folder.path)], capture_output=True, text=True, timeout=120, check=False
    )
    first, second = done.stdout.splitlines()
    assert first == f"2 ForkProcess {folder.plain.rows} {folder.plain.counts}", done.stderr
    assert second == "0 True True"


def test_files_do_not_wait_for_each_other(tmp_path: Path) -> None:
    partitions(tmp_path, rows=20, csv=5)
    executor = Held(lambda open_: open_ if len(open_) == 5 else [])
    report = judge(tmp_path, Effort(executor=executor, large=0))
    assert executor.most == 5, "one part of each file"
    assert said(report) == said(judge(tmp_path, Effort(large=WHOLE)))


# --- Any executor --------------------------------------------------------------------------------------------------


class Held(Executor):
    """Takes parts and does them when it is told to, in whatever order; counts them."""

    def __init__(self, turn: Callable[[list[int]], list[int]] | None) -> None:
        self.tasks: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []
        self.most = 0
        self._turn = turn
        self._thread = ThreadPoolExecutor(1)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.tasks.append((future, fn, args))
        self.most = max(self.most, sum(not one.done() for one, _, _ in self.tasks))
        if self._turn is not None:
            self._thread.submit(self._work)
        return future

    def _work(self) -> None:
        time.sleep(0.01)
        open_ = [at for at, (future, _, _) in enumerate(self.tasks) if not future.done()]
        for at in self._turn(open_) if self._turn else ():
            future, fn, args = self.tasks[at]
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(fn(*pickle.loads(pickle.dumps(args))))
                except Exception as error:
                    future.set_exception(error)

    @property
    def futures(self) -> list[Future[Any]]:
        """What was handed out."""
        return [future for future, _, _ in self.tasks]


def test_outcomes_come_in_order_whatever_order_they_are_finished_in(folder: Folder) -> None:
    executor = Held(lambda open_: open_[::-1])
    rows: list[int] = []
    effort = Effort(executor=executor, large=0, part_bytes=2_000, progress=lambda now: rows.append(now.rows))
    assert folder.agrees(judge(folder.path, effort))
    assert rows == sorted(rows)
    assert len(rows) > 100
    assert executor.most <= effort_module.WINDOW + 2, "what is handed out can be held in memory"


def test_an_executor_is_given_as_much_as_it_has_workers() -> None:
    class Client:
        def nthreads(self) -> dict[str, int]:
            return {"tcp://a": 60, "tcp://b": 40}

    dask: Any = Held(None)
    dask._client = Client()
    assert effort_module._window(dask) == 102
    with ThreadPoolExecutor(3) as threads:
        assert effort_module._window(threads) == 5
    assert effort_module._window(Held(None)) == effort_module.WINDOW + 2


def test_the_error_of_a_part_comes_through_and_the_rest_is_cancelled(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(part: Part, setting: bytes) -> Outcome:
        if part.number == 1:
            raise ZeroDivisionError("of the part")
        return work.judge_packed(part, setting)

    monkeypatch.setattr(effort_module, "judge_packed", fail)

    class Some(Held):
        """Does the first two parts only."""

        def __init__(self) -> None:
            super().__init__(lambda open_: [at for at in open_ if at < 2])

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            return super().submit(lambda *given: fail(*given), *args, **kwargs)

    executor = Some()
    with pytest.raises(ZeroDivisionError, match="of the part"):
        judge(folder.path, Effort(executor=executor, large=0, part_bytes=2_000))
    assert len(executor.futures) > 30
    assert all(future.cancelled() for future in executor.futures[2:])


def test_patience_is_with_all_parts_together(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first part is done last, long after; as others are done meanwhile, nothing is given up."""
    monkeypatch.setattr(effort_module, "PATIENCE", 1.2)
    begun = time.monotonic()

    def slowly(open_: list[int]) -> list[int]:
        time.sleep(0.1)
        return open_[-1:]

    assert folder.agrees(judge(folder.path, Effort(executor=Held(slowly), large=0, part_bytes=10_000)))
    assert time.monotonic() - begun > 2 * 1.2


def test_an_executor_that_does_nothing_is_given_up(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort_module, "PATIENCE", 0.2)
    executor = Held(None)
    with pytest.raises(WorkerLostError, match=r"no part was judged for 0\.2 seconds: no worker is left"):
        judge(folder.path, Effort(executor=executor, large=0, part_bytes=PART))
    assert executor.futures
    assert all(future.cancelled() for future in executor.futures)


class KilledWorker(Exception):  # noqa: N818
    """Named as Dask's is."""


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (lambda future: future.cancel(), "was not judged to its end: the executor was shut down, or its scheduler"),
        (lambda future: future.set_exception(KilledWorker()), "the workers that judged it died one after the other"),
        (lambda future: future.set_exception(BrokenProcessPool()), "ended too early"),
    ],
)
def test_the_end_of_an_executor_is_told(folder: Folder, end: Callable[[Future[Any]], Any], told: str) -> None:
    class Ending(Held):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            future = super().submit(fn, *args, **kwargs)
            end(future)
            return future

    with pytest.raises(WorkerLostError, match=told):
        judge(folder.path, Effort(executor=Ending(None), large=0, part_bytes=PART))


# --- What goes to another process ----------------------------------------------------------------------------------


@pytest.fixture
def setting(ds: Any) -> Setting:
    return Setting(dataset=ds, today=datetime.date(2026, 1, 1), framed=True, seed=7)


def test_a_setting_arrives_as_it_left(setting: Setting) -> None:
    assert setting.dataset is not None
    there = unpacked(packed(setting)).dataset
    assert there is not None
    assert there.folder == setting.dataset.folder
    assert len(packed(setting)) < 10_000, "the installed data set does not travel"
    alone = unpacked(packed(replace(setting, dataset=None)))
    assert (alone.dataset, alone.seed, alone.framed) == (None, 7, True)


@pytest.mark.parametrize(("name", "here"), [("karabakh-data", "0.0.1"), ("polars", "0.1"), ("polars", None)])
def test_another_version_is_refused(
    setting: Setting, monkeypatch: pytest.MonkeyPatch, name: str, here: str | None
) -> None:
    from karabakh_data.validation.large import setting as module

    data, versions = packed(replace(setting, seed=8)), module._versions(framed=True)
    monkeypatch.setattr(module, "_versions", lambda framed: versions | {name: here})
    told = f"has {name} {here or '(not installed)'}, and this validation was started with {versions[name]}: they"
    with pytest.raises(WorkerError, match=re.escape(told)):
        unpacked(data)


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    unpacked.cache_clear()
