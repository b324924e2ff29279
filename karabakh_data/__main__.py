"""The command line as a process: `python -m karabakh_data`, and the script `karabakh-data`."""

import atexit
import os
import sys
import threading
from typing import NoReturn

from karabakh_data.cli import main


def run() -> NoReturn:
    """Run the command line and end the process, without taking apart what it held, which takes long for large files.

    Raises:
        SystemExit: The process has to end in the long way: threads go on, or what was printed cannot be written.
    """
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # to look for some in every installed package takes long
    try:
        main(prog_name="karabakh-data")
    except SystemExit as end:
        if threading.active_count() > 1 or not isinstance(end.code, int | None):
            raise
        atexit._run_exitfuncs()
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except (OSError, ValueError, AttributeError):  # closed, or none
            raise end from None
        os._exit(end.code or 0)
    raise AssertionError("the command line ends with its exit code")


if __name__ == "__main__":  # processes that are spawned import this module too
    run()
