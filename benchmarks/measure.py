"""One whole process, measured: wall time, processor time and peak memory of it and all its descendants (Linux)."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.05
"""Seconds between two looks at the memory."""

SHARE = 0.02
"""Largest share of a processor's time that is spent looking: of several large processes a look takes long."""

LONGEST = 0.25
"""Most seconds between two looks."""


@dataclass(frozen=True)
class Run:
    """What a process took, and what it gave."""

    seconds: float
    cpu: float
    """User and system time, of its descendants too."""
    peak: int
    """Bytes: the most that the process tree held at once, pages shared in it counted once."""
    code: int
    """Its exit code."""
    stdout: str
    stderr: str


def run(command: Sequence[str], *, cwd: Path | None = None) -> Run:
    """Run a command to its end and measure it.

    The peak of a single process is the kernel's own high-water mark; that of several is the largest sum seen in looks
    taken up to 20 times a second. The `ru_maxrss` that comes with the exit code starts at that of this process, so it
    counts only where it is larger. Python keeps the bytecode that it makes, as installed packages come with theirs.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = _field("/proc/self/status", "VmHWM:")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=cwd, env=environment)
        watch = _Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        watch.stop()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    largest = usage.ru_maxrss * 1024
    peak = max(watch.peak, largest if largest > own + (1 << 20) else 0)
    return Run(seconds, usage.ru_utime + usage.ru_stime, peak, process.returncode, *texts)


class _Watch(threading.Thread):
    """Looks at the memory of a process tree until it is told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.peak = 0

    def run(self) -> None:
        pause = 0.002  # a short process is to be seen too
        while not self._over.wait(pause):
            start = time.thread_time()
            self.peak = max(self.peak, _held(self._pid))
            pause = min(max(min(2 * pause, INTERVAL), (time.thread_time() - start) / SHARE), LONGEST)

    def stop(self) -> None:
        self._over.set()
        self.join()


def _held(pid: int) -> int:
    """Bytes that a process and its descendants hold: of one alone, the most it ever held."""
    tree = _tree(pid)
    if len(tree) == 1:
        return _field(f"/proc/{pid}/status", "VmHWM:")
    alone = max(_field(f"/proc/{one}/status", "VmHWM:") for one in tree)
    return max(alone, sum(_field(f"/proc/{one}/smaps_rollup", "Pss:") for one in tree))


def _tree(pid: int) -> list[int]:
    found = [pid]
    for one in found:  # grows while it is gone through
        with suppress(OSError):
            for task in os.listdir(f"/proc/{one}/task"):
                with suppress(OSError):
                    found += map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split())
    return found


def _field(path: str, name: str) -> int:
    """A number of kB from a file of /proc, in bytes; 0 where the process is gone."""
    with suppress(OSError):
        for line in Path(path).read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
    return 0
