"""The cores are shared by the processes of a validation, and given back."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from karabakh_data.validation.large import cores as cores_module
from karabakh_data.validation.large import effort as effort_module
from karabakh_data.validation.large.cores import core_of_each, cores, kept_to
from karabakh_data.validation.large.effort import FORKED_FROM, Effort

THREADS = "POLARS_MAX_THREADS"

can_keep = pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system keeps no thread to a core")


class OneThread(ThreadPoolExecutor):
    """Stands for a pool of processes, whatever it is asked for."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(1)


@pytest.fixture
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process is ours, has one thread, and starts no other."""
    monkeypatch.setattr(cores_module, "_SET", [])
    monkeypatch.delenv(THREADS, raising=False)
    monkeypatch.setattr(effort_module, "_is_single", lambda: True)
    monkeypatch.setattr(effort_module, "ProcessPoolExecutor", OneThread)
    monkeypatch.setattr(effort_module, "_warm", lambda framed: None)


@pytest.mark.usefixtures("ours")
@pytest.mark.parametrize(("given", "used"), [(None, "1"), ("7", "7")])
def test_a_process_of_ours_takes_its_share_of_the_cores_unless_told(
    given: str | None, used: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cores_module, "cores", lambda: 2)
    if given is not None:
        monkeypatch.setenv(THREADS, given)
    assert cores_module.share_cores(2) == 2
    with Effort(framed=True, jobs=2, spawns=True, total=FORKED_FROM):
        assert os.environ[THREADS] == used
    monkeypatch.delenv(THREADS)


@can_keep
def test_each_process_has_a_core_only_where_there_is_one_for_each() -> None:
    assert core_of_each(cores()) == sorted(os.sched_getaffinity(0))
    assert core_of_each(cores() + 1) == []
    assert core_of_each(max(1, cores() - 1)) == ([] if cores() > 1 else core_of_each(1))


@can_keep
@pytest.mark.usefixtures("ours")
@pytest.mark.skipif(cores() == 1, reason="needs two cores")
def test_a_process_of_ours_keeps_to_its_core_until_all_parts_are_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    before = os.sched_getaffinity(0)
    with Effort(framed=True, jobs=cores(), spawns=True, total=FORKED_FROM):
        assert os.sched_getaffinity(0) == before, "whose process it is, is not known"
    cores_module.share_cores(None)
    with Effort(framed=True, jobs=cores(), spawns=True, total=FORKED_FROM) as effort:
        assert os.sched_getaffinity(0) == {min(before)}
        assert list(effort.outcomes(iter(()), None)) == []  # type: ignore[arg-type]
        assert os.sched_getaffinity(0) == before
    monkeypatch.setattr(effort_module, "ProcessPoolExecutor", _refused)
    with pytest.raises(OSError, match="no more"), Effort(framed=True, jobs=cores(), spawns=True, total=FORKED_FROM):
        pass
    assert os.sched_getaffinity(0) == before
    monkeypatch.delenv(THREADS)


def _refused(*arguments: Any, **more: Any) -> Any:
    raise OSError("no more processes")


@can_keep
@pytest.mark.skipif(cores() == 1, reason="needs two cores")
def test_other_processes_keep_to_theirs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort_module, "SPAWNED_FROM", 0)
    monkeypatch.setattr(effort_module, "FORKED_FROM", 0)
    before = os.sched_getaffinity(0)
    with Effort(framed=True, jobs=cores(), spawns=True, total=1) as effort:
        assert effort._pool is not None
        for _ in range(2):
            (own,) = effort._pool.submit(os.sched_getaffinity, 0).result()
            assert own in before - {min(before)}


@can_keep
def test_a_thread_is_given_back_whatever_happens_meanwhile() -> None:
    before = os.sched_getaffinity(0)
    found = []

    def fail() -> None:
        with kept_to([min(before)]):
            found.append(os.sched_getaffinity(0))
            raise ValueError("meanwhile")

    with pytest.raises(ValueError, match="meanwhile"):
        fail()
    assert found == [{min(before)}]
    assert os.sched_getaffinity(0) == before
    with kept_to([]):
        assert os.sched_getaffinity(0) == before


@can_keep
def test_a_core_that_is_not_there_is_passed_over() -> None:
    before = os.sched_getaffinity(0)
    with kept_to([1_000_000]):
        assert os.sched_getaffinity(0) == before
