"""The approval service keeps its contract: it serves every RPC, and what the protos say it refuses, it can refuse."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

import chassis
import services.approval
from chassis.files.contents import Files
from chassis.postgres.database import Database
from chassis.project import PROJECT
from chassis.rpc.server import GrpcServer
from kernel.errors import Refusal
from services.approval.service import Parts
from tests.builders.approval_house import Drafts, Referred
from tests.builders.edge import Edge

PROTOS = PROJECT / "protos" / "zhupi" / "approval" / "v1"
FILES = (
    "absence",
    "act",
    "attachment",
    "calendar",
    "case",
    "case_protocol",
    "directory",
    "document",
    "inbox",
    "policy",
    "process",
    "upcoming",
    "work_item",
)
# `FAILED_PRECONDITION, reasons CASE_CLOSED, CASE_WITHDRAWN; metadata …` up to what follows the names.
REASONS = re.compile(r"reasons? ((?:[A-Z][A-Z_]+(?: \([^)]*\))?(?:, | and )?)+)")


def import_everything(package: object) -> None:
    """So that every refusal there is has been defined."""
    name, folder = package.__name__, Path(package.__file__ or "").parent  # type: ignore[attr-defined]
    for path in folder.rglob("*.py"):
        parts = path.relative_to(folder).with_suffix("").parts
        if not {"migrations", "launcher", "__main__", "workbook_reader"} & set(parts):
            import_module(".".join((name, *parts)).removesuffix(".__init__"))


def reasons(refusal: type[Refusal] = Refusal) -> set[str]:
    own = {refusal.reason} if "reason" in refusal.__dict__ else set()
    return own.union(*(reasons(kind) for kind in refusal.__subclasses__()))


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Edge:
    return Edge(tmp_path_factory.mktemp("keys"))


async def test_every_rpc_of_the_contract_is_served(edge: Edge, tmp_path: Path) -> None:
    database = Database("postgresql://nobody@127.0.0.1:1/nothing")
    server = GrpcServer(edge.settings("approval"), "approval")
    Parts.of(database, Files(tmp_path.as_uri()), Drafts(), Referred()).serve_on(server)
    promised = {
        f"/{service.full_name}/{method.name}"
        for name in FILES
        for service in import_module(f"zhupi.approval.v1.{name}_pb2").DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    assert promised <= set(server.methods)
    await database.close()


@pytest.mark.parametrize("name", FILES)
def test_every_reason_that_the_contract_names_is_one_that_can_be_given(name: str) -> None:
    for package in (services.approval, chassis):
        import_everything(package)
    said = " ".join((PROTOS / f"{name}.proto").read_text("utf-8").replace("//", "").split())
    named = {reason for found in REASONS.findall(said) for reason in re.findall(r"[A-Z][A-Z_]{3,}", found)}
    assert named <= reasons(), named - reasons()
