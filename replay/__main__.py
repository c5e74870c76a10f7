"""`make replay`: `zhupi replay` on an installation of its own, which lives as long as the replay.

Where something differs from the log, what is left of the installation is kept, and it is said where.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cli.exits import Exit
from replay.refusals import LogNotReadable

STOPPED_WITHIN = 120.0


@contextmanager
def installation(home: Path) -> Iterator[None]:
    """`zhupi up` in `home`, on free ports, from its first word that it is ready until it has ended."""
    words = ["up", "--home", str(home), "--port-base", "0", "--json"]
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "chassis", *words], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    try:
        if not process.stdout.readline():
            sys.exit(process.wait())
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(STOPPED_WITHIN)
        process.stdout.close()


def main(arguments: Sequence[str]) -> int:
    log = Path(arguments[0]) if arguments else Path()
    if not log.is_file():  # said before everything is started
        said = LogNotReadable(path=log, why=os.strerror(errno.ENOENT)).text
        sys.stderr.write(f"{said.zh}\n{said.en}\n")
        return Exit.REFUSED
    folder = Path(tempfile.mkdtemp(prefix="zhupi-replay-"))
    folder.chmod(0o711)  # PostgreSQL of a root session runs as somebody else
    home = folder / "home"
    with installation(home):
        words = ["replay", *arguments, "--home", str(home)]
        code = subprocess.call([sys.executable, "-m", "chassis", *words])  # noqa: S603 - ourselves
    if code:
        sys.stderr.write(f"{home}\n")
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
