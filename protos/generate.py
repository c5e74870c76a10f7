"""The proto toolchain: Python code from the protos, and the checks that guard the contract.

    python protos/generate.py generate   writes protos/gen
    python protos/generate.py check      fails when protos/gen is not what the protos say
    python protos/generate.py lint       fails on what buf.yaml forbids
    python protos/generate.py breaking   fails when a client of the released contract would break
    python protos/generate.py release    declares the present contract the released one

`make protos` generates; `make test` checks, lints and looks for breaking changes.
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import google.type.date_pb2
import grpc_tools  # type: ignore[import-untyped]  # ships no types; only its place is wanted

PROTOS = Path(__file__).resolve().parent
GENERATED = PROTOS / "gen"
RELEASED = PROTOS / "released.binpb"
BUF_CONFIG = PROTOS.parent / "buf.yaml"
BIN = Path(sys.executable).parent
INCLUDES = (
    PROTOS,
    PROTOS / "third_party",
    Path(google.type.date_pb2.__file__).parents[2],  # google/type, google/rpc
    Path(grpc_tools.__file__).parent / "_proto",  # google/protobuf
)
# Installed as Python without stubs that a type checker accepts.
UNTYPED = (
    "google/rpc/code.proto",
    "google/rpc/error_details.proto",
    "google/rpc/status.proto",
    "google/type/date.proto",
    "google/type/money.proto",
)


def sources() -> list[str]:
    """The project's own protos, as they import each other."""
    return sorted(path.relative_to(PROTOS).as_posix() for path in (PROTOS / "zhupi").rglob("*.proto"))


def vendored() -> list[str]:
    folder = PROTOS / "third_party"
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.proto"))


def protoc(*arguments: str) -> None:
    includes = [f"-I{folder}" for folder in INCLUDES]
    plugins = [f"--plugin={name}={BIN / name}" for name in ("protoc-gen-mypy", "protoc-gen-mypy_grpc")]
    subprocess.run(  # noqa: S603 - our own compiler on our own files
        [sys.executable, "-m", "grpc_tools.protoc", *includes, *plugins, *arguments], check=True
    )


def write_code(target: Path) -> None:
    """Generate everything into `target`, an empty folder."""
    files = sources()
    protoc(f"--python_out={target}", f"--mypy_out=quiet,readable_stubs:{target}", *files, *vendored())
    services = [name for name in files if "\nservice " in (PROTOS / name).read_text("utf-8")]
    if services:
        protoc(f"--grpc_python_out={target}", f"--mypy_grpc_out=quiet,only_async:{target}", *services)
    for folder in (path for path in target.rglob("*") if path.is_dir()):
        (folder / "__init__.py").touch()
    for package in target.iterdir():
        (package / "py.typed").touch()
    protoc(f"--mypy_out=quiet,readable_stubs:{target}", *UNTYPED)  # last: `google` must stay a namespace


def tree(folder: Path) -> set[str]:
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder).as_posix() for path in found}


def differences(fresh: Path) -> list[str]:
    """Files of protos/gen that are missing, left over or not what was just generated."""
    left, right = tree(fresh), tree(GENERATED)
    changed = filecmp.cmpfiles(fresh, GENERATED, left & right, shallow=False)
    return sorted((left ^ right) | set(changed[1]) | set(changed[2]))


def generate() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch)
        write_code(fresh)
        for name in differences(fresh):  # what is unchanged keeps its time stamp
            target = GENERATED / name
            if (fresh / name).exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(fresh / name, target)
            else:
                target.unlink()
    return 0


def check() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        write_code(Path(scratch))
        stale = differences(Path(scratch))
    for name in stale:
        print(f"protos/gen/{name} is not what the protos say; run `make protos`")
    return 1 if stale else 0


def buf(command: str, *arguments: str) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch) / "image.binpb"
        # buf would fetch what the protos import; protoc has it all here, so buf is handed a finished image.
        protoc(f"--descriptor_set_out={image}", "--include_imports", "--include_source_info", *sources())
        line = [BIN / "buf", command, image, "--config", BUF_CONFIG, "--path", "zhupi", *arguments]
        return subprocess.run(list(map(str, line)), check=False).returncode  # noqa: S603 - as above


def lint() -> int:
    return buf("lint")


def breaking() -> int:
    if not RELEASED.exists():
        print("protos/released.binpb is missing: nothing has been released yet")
        return 1
    return buf("breaking", "--against", str(RELEASED), "--against-config", str(BUF_CONFIG))


def release() -> int:
    # Built by buf, so that the imports are marked as such and may come and go.
    return buf("build", "--exclude-source-info", "--output", str(RELEASED))


COMMANDS = {
    "generate": generate,
    "check": check,
    "lint": lint,
    "breaking": breaking,
    "release": release,
}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__)
    sys.exit(COMMANDS[sys.argv[1]]())
