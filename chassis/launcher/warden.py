"""The warden: a small process that ends the launcher's children when the launcher is gone, however it went.

The kernel tells direct children of their parent's death (`chassis.embedded.command.leash`). Their own children hear
nothing, and on some systems nobody does. The launcher writes `+GROUP SIGNAL` when a child starts and `-GROUP` when its
whole process group has ended. When the pipe closes, every group that is left gets its signal; one that does not end in
a moment is killed.

Run as a file, with the standard library only: it must be cheap and must not depend on anything that may break.
"""

from __future__ import annotations

import os
import signal
import sys
import time

MOMENT = 5.0


def tell(group: int, number: int) -> bool:
    """Whether there is still somebody to tell; 0 only asks."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, int] = {}
    for line in sys.stdin:
        words = line[1:].split()
        if line[0] == "+":
            groups[int(words[0])] = int(words[1])
        else:
            groups.pop(int(words[0]), None)
    for group, last in groups.items():
        tell(group, last)
    until = time.monotonic() + MOMENT
    while time.monotonic() < until and any(tell(group, 0) for group in groups):
        time.sleep(0.05)
    for group in groups:
        tell(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
