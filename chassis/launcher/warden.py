"""The warden: a small process that ends the launcher's children when the launcher is gone, however it went.

The kernel tells direct children of their parent's death (`chassis.embedded.command.leash`). Their own children hear
nothing, and on some systems nobody does. The launcher writes `+GROUP` when a child starts and `-GROUP` when its whole
process group has ended; when the pipe closes, what is left gets a moment to end by itself and is then killed.

Run as a file, with the standard library only: it must be cheap and must not depend on anything that may break.
"""

from __future__ import annotations

import os
import signal
import sys
import time

MOMENT = 5.0


def lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    until = time.monotonic() + MOMENT
    while time.monotonic() < until and any(lives(group) for group in groups):
        time.sleep(0.05)
    for group in filter(lives, groups):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
