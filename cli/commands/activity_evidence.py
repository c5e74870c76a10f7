"""`zhupi activity prove|evidence|evidence-save|evidence-delete`: what proves that an activity took place."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from cli.activity_place import position, when
from cli.command import command
from cli.commands.activity_group import Number, activities
from cli.files import chunks, read, save, sha256
from cli.names import activity as activity_name
from cli.names import resource
from cli.paging import ENOUGH, Limit, listed
from cli.session import Session
from cli.written import word, words
from reading.names import bare
from zhupi.marketing.v1 import evidence_pb2 as pb
from zhupi.marketing.v1.activity_pb2 import EvidenceKind
from zhupi.marketing.v1.evidence_pb2_grpc import EvidenceServiceStub

KINDS: Final = EvidenceKind.DESCRIPTOR
HEAD: Final = (
    "name", "activity", "kind", "file_name", "content_type", "size_bytes", "sha256", "taken_time", "place",
    "position.latitude_e6", "position.longitude_e6", "note", "uploader", "create_time",
)  # fmt: skip
LIST: Final = ("name", "kind", "file_name", "taken_time", "place", "size_bytes", "uploader", "note")

Name = Annotated[str, typer.Argument(metavar="EVIDENCE", help="Name of the evidence · 证据编号")]


@dataclass(frozen=True)
class Taken:
    """Of what, when and where."""

    kind: Annotated[str, typer.Option("--kind", help=f"What it is: {', '.join(words(KINDS))} · 种类")] = (
        "photo"
    )
    place: Annotated[str, typer.Option("--place", help="Where it was taken, in words · 地点")] = ""
    at: Annotated[
        str, typer.Option("--at", metavar="LAT,LONG", help="And on the earth: 34.75,113.62 · 定位")
    ] = ""
    taken: Annotated[
        str,
        typer.Option(
            "--taken",
            help="When: 2026-03-09T14:30; the file's own time by default · 拍摄时间；默认取文件时间",
        ),
    ] = ""
    note: Annotated[str, typer.Option("--note", help="What it shows · 说明")] = ""


@command(
    activities,
    "prove",
    "上传执行证据：照片、签到表、拜访记录",
    "Bring evidence: photos, sign-in sheets, visit notes",
    writes=True,
)
async def prove(
    session: Session,
    number: Number,
    file: Annotated[Path, typer.Argument(help="The file · 文件")],
    taken: Taken,
) -> None:
    parts = upload(file, activity_name(number), taken, session.request_id())
    kept = await session.stub(EvidenceServiceStub).UploadEvidence(parts)
    session.out.details(kept, HEAD)


def upload(file: Path, activity: str, taken: Taken, request_id: str) -> Iterator[pb.UploadEvidenceRequest]:
    """Raises NotAFile, UnknownWord, NotADate, NotAPosition."""
    content = read(file)
    header = pb.UploadEvidenceRequest.Header(
        request_id=request_id,
        activity=activity,
        kind=EvidenceKind.ValueType(word(KINDS, taken.kind, "--kind")),
        file_name=file.name,
        content_type=mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        sha256=sha256(content),
        place=taken.place,
        position=position(taken.at, "--at") if taken.at else None,
        note=taken.note,
    )
    written = (
        when(taken.taken, "--taken") if taken.taken else datetime.fromtimestamp(file.stat().st_mtime, UTC)
    )
    header.taken_time.FromDatetime(written)
    yield pb.UploadEvidenceRequest(header=header)
    for chunk in chunks(content):
        yield pb.UploadEvidenceRequest(content=chunk)


@command(activities, "evidence", "列出活动的执行证据", "What proves an activity")
async def evidence(
    session: Session,
    number: Number,
    kind: Annotated[str, typer.Option("--kind", help=f"Only {', '.join(words(KINDS))} · 种类")] = "",
    limit: Limit = ENOUGH,
) -> None:
    request = pb.ListEvidenceRequest(
        activity=activity_name(number), kind=EvidenceKind.ValueType(word(KINDS, kind, "--kind"))
    )
    rpc = session.stub(EvidenceServiceStub).ListEvidence
    session.out.table(await listed(session, rpc, request, "evidence", limit), LIST, kind=pb.Evidence)


@command(activities, "evidence-save", "下载一份证据", "Save a piece of evidence")
async def evidence_save(
    session: Session,
    name: Name,
    to: Annotated[
        Path | None, typer.Option("--to", help="Where to; its own name by default · 保存为；默认原文件名")
    ] = None,
) -> None:
    stub, full = session.stub(EvidenceServiceStub), resource("evidence", name)
    found = await stub.GetEvidence(pb.GetEvidenceRequest(name=full))
    # Only the last part of the name: an uploaded name must not choose a folder here.
    path = to or Path(Path(found.file_name).name)
    size = await save(path, stub.DownloadEvidence(pb.DownloadEvidenceRequest(name=full)))
    session.out.say(f"已保存 {path}（{size} 字节）", f"Saved {path} ({size} bytes)")
    if session.out.as_json:
        session.out.json({"evidence": bare(full), "path": str(path), "size": size, "sha256": found.sha256})


@command(activities, "evidence-delete", "删除误传的证据", "Delete evidence that was a mistake", writes=True)
async def evidence_delete(session: Session, name: Name) -> None:
    request = pb.DeleteEvidenceRequest(name=resource("evidence", name), request_id=session.request_id())
    session.out.details(await session.stub(EvidenceServiceStub).DeleteEvidence(request), HEAD)
