"""Runs a scripted session again and again, each time in a process that may be killed at any moment.

For every line of standard input, the name of a folder, a process is forked off, which is quicker than starting Python
anew. It prints its number, then a line for everything that its session reports as kept, and waits for its end.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from blocks import blocks_volume
from journals import journalling
from kill_script import STEPS, fingerprint
from region_growing import RegionGrowing


def work_in(folder: Path) -> None:
    session = journalling(folder, blocks_volume(), RegionGrowing())
    for step in STEPS:
        step(session)
        os.write(1, f"{fingerprint(session)}\n".encode())


def main(warm_up: Path) -> None:
    # Whatever is imported late is imported here, once and not in every process.
    session = journalling(warm_up, blocks_volume(), RegionGrowing())
    for step in STEPS:
        step(session)
    session.close()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.write(1, f"{os.getpid()}\n".encode())
            work_in(Path(line.strip()))
            time.sleep(60)  # it is killed before, or the test has come to an end itself
            os._exit(0)
        os.waitpid(pid, 0)
        os.write(1, b"ended\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
