"""One page for every folder: the first entries, and more when asked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kernel.text import Text
from portal.inbox import views
from portal.services.channels import Services
from portal.shell.pages import Folder, Link
from portal.shell.rendering import Pages
from portal.words.catalogue import word
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PAGE: Final = 30
Box: TypeAlias = "ListWorkItemsRequest.Box.ValueType"


@dataclass(frozen=True, slots=True)
class Drawer:
    """One folder of the inbox."""

    address: str
    box: Box
    title: Text
    empty: Text
    icon: str
    count: str = ""


def drawers() -> tuple[Drawer, ...]:
    request = ListWorkItemsRequest
    return (
        Drawer("/inbox", request.BOX_TO_DO, word("inbox.to_do"), word("inbox.to_do_empty"), "inbox", "to_do"),
        Drawer("/inbox/done", request.BOX_DONE, word("inbox.done"), word("inbox.done_empty"), "done"),
        Drawer(
            "/inbox/requested", request.BOX_REQUESTED, word("inbox.requested"), word("inbox.requested_empty"), "mine",
        ),
        Drawer("/inbox/copies", request.BOX_COPIES, word("inbox.copies"), word("inbox.copies_empty"), "copies"),
        Drawer(
            "/inbox/to-read", request.BOX_TO_READ, word("inbox.to_read"), word("inbox.to_read_empty"), "read", "to_read",
        ),
        Drawer(
            "/inbox/set-aside", request.BOX_SET_ASIDE, word("inbox.set_aside"), word("inbox.set_aside_empty"), "aside",
            "set_aside",
        ),
    )  # fmt: skip


def folder(pages: Pages, services: Services) -> Folder:
    all_of_them = drawers()
    routes = [
        Route(drawer.address, partial(show, pages=pages, services=services, drawer=drawer))
        for drawer in all_of_them
    ]
    links = [
        Link(drawer.address, drawer.title, drawer.icon, count=drawer.count, tab=place < 5)
        for place, drawer in enumerate(all_of_them)
    ]
    return Folder(tuple(routes), tuple(links))


async def show(request: Request, *, pages: Pages, services: Services, drawer: Drawer) -> Response:
    given = request.query_params
    asked = ListWorkItemsRequest(
        box=drawer.box,
        page_size=PAGE,
        page_token=given.get("page", ""),
        query=given.get("q", "").strip(),
        with_counts=True,
    )
    answer = await services.stub(WorkItemServiceStub).ListWorkItems(asked)
    reader = pages.reader(request)
    # htmx appends to the list what a click on "more" asks for.
    template = "inbox/rows.html" if request.headers.get("hx-target") == "more" else "inbox/list.html"
    return pages.page(
        request,
        template,
        reader=reader,
        drawer=drawer,
        entries=views.entries(answer, reader),
        following=answer.next_page_token,
        total=answer.total_size,
        query=asked.query,
        counts=views.counted(answer.counts),
    )
