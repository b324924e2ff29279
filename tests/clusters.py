"""A Dask scheduler and its workers, each a process of its own, for as long as a test needs them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from distributed import Client

WAIT = 60
"""Seconds that a process has to come up."""


class Cluster:
    """A scheduler, and workers of one thread each.

    Args:
        folder: Where they stand, which is not where the tests do.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._running: list[subprocess.Popen[bytes]] = []
        self._workers: dict[str, subprocess.Popen[bytes]] = {}
        self.client: Any = None

    def start(self) -> None:
        """Start the scheduler, and connect to it."""
        self._start("scheduler", "--port", "0", "--scheduler-file", str(self._file), "--idle-timeout", "10 minutes")
        until = time.monotonic() + WAIT
        while not self._file.exists():
            assert time.monotonic() < until, (self._folder / "log").read_text()
            time.sleep(0.05)
        self.client = Client(scheduler_file=str(self._file), timeout=WAIT, set_as_default=False)

    def fill(self, count: int) -> None:
        """Start workers until there are so many, and wait for them."""
        self._workers = {name: one for name, one in self._workers.items() if one.poll() is None}
        while len(self._workers) < count:
            name = f"worker-{len(self._running)}"
            options = ("--nthreads", "1", "--no-nanny", "--local-directory", str(self._folder / name), "--name", name)
            self._workers[name] = self._start(
                "worker", *options, "--scheduler-file", str(self._file), "--death-timeout", str(WAIT)
            )
        until = time.monotonic() + WAIT
        while {one["name"] for one in self._seen()} != set(self._workers):
            assert time.monotonic() < until, (self._folder / "log").read_text()
            time.sleep(0.05)

    def _seen(self) -> list[dict[str, Any]]:
        return list(self.client.scheduler_info(n_workers=-1)["workers"].values())

    def kill(self) -> None:
        """Kill a worker."""
        _, process = self._workers.popitem()
        process.send_signal(signal.SIGKILL)

    def kill_all(self) -> None:
        """Kill every worker."""
        while self._workers:
            self.kill()

    def executor(self, **options: Any) -> Executor:
        """What maps work over the workers."""
        made: Executor = self.client.get_executor(**{"pure": False, **options})
        return made

    def _start(self, what: str, *options: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", what, "--host", "127.0.0.1", "--no-dashboard", *options],
                cwd=self._folder,
                env=os.environ
                | {
                    "DASK_CONFIG": str(self._folder),
                    "POLARS_MAX_THREADS": "1",
                    "DASK_TEMPORARY_DIRECTORY": str(self._folder),
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._running.append(process)
        return process

    def stop(self) -> None:
        """End all of it."""
        try:
            if self.client is not None:
                self.client.close(timeout=5)
        finally:
            for process in reversed(self._running):
                process.kill()
            for process in self._running:
                process.wait()


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster, ended whatever happens."""
    made = Cluster(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()
