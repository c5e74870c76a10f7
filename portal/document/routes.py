"""A document is read, and decided."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from kernel.errors import Code, Refusal
from portal.document import views
from portal.document.acts import ACTS, Seen
from portal.document.collections import COLLECTIONS
from portal.document.loading import Loaded, load
from portal.http.forms import form_of
from portal.services.channels import Services
from portal.services.refusals import Refused, refused
from portal.shell.pages import Folder
from portal.shell.rendering import Pages
from portal.shown.reader import Reader
from portal.words.catalogue import word
from zhupi.approval.v1.work_item_pb2 import ListWorkItemsRequest
from zhupi.approval.v1.work_item_pb2_grpc import WorkItemServiceStub

PLACE: Final = "/documents/{collection}/{number}"
# Answers to which the person is better shown the document as it is now than a page of its own.
TOLD_IN_PLACE: Final = frozenset(
    {
        Code.INVALID_ARGUMENT,
        Code.FAILED_PRECONDITION,
        Code.ABORTED,
        Code.PERMISSION_DENIED,
        Code.ALREADY_EXISTS,
        Code.UNAVAILABLE,
        Code.DEADLINE_EXCEEDED,
    }
)


def folder(pages: Pages, services: Services) -> Folder:
    document = DocumentPages(pages, services)
    return Folder(
        (
            Route(PLACE, document.show, methods=["GET"]),
            Route(PLACE + "/{act}", document.decide, methods=["POST"]),
        )
    )


class DocumentPages:
    def __init__(self, pages: Pages, services: Services) -> None:
        self._pages = pages
        self._services = services

    async def show(self, request: Request) -> Response:
        return await self._page(request)

    async def decide(self, request: Request) -> Response:
        act = ACTS.get(request.path_params["act"])
        if act is None:
            raise HTTPException(404)
        seen = Seen.of(await form_of(request))
        try:
            await act(self._services, seen)
        except Refusal as refusal:
            if refusal.code not in TOLD_IN_PLACE:
                raise
            return await self._page(request, refusal, seen)
        return RedirectResponse(await self._next(), 303)

    async def _next(self) -> str:
        """Where one goes on: to what waits next, or to the empty inbox."""
        asked = ListWorkItemsRequest(box=ListWorkItemsRequest.BOX_TO_DO, page_size=1)
        answer = await self._services.stub(WorkItemServiceStub).ListWorkItems(asked)
        return f"/documents/{answer.work_items[0].document}" if answer.work_items else "/inbox"

    async def _page(
        self, request: Request, refusal: Refusal | None = None, seen: Seen | None = None
    ) -> Response:
        collection = COLLECTIONS.get(request.path_params["collection"])
        if collection is None:
            raise HTTPException(404)
        name = f"{request.path_params['collection']}/{request.path_params['number']}"
        loaded = await load(self._services, collection, name)
        reader = self._pages.reader(request)
        said = _said(refusal, seen, loaded, reader) if refusal is not None and seen is not None else None
        return self._pages.page(
            request,
            "document/page.html",
            200 if said is None else said.status,
            reader=reader,
            head=views.head(loaded, reader),
            form=views.form(loaded.document, reader),
            stages=views.stages(loaded.case, reader),
            happenings=views.happenings(loaded.timeline, reader),
            items=loaded.mine,
            place=f"/documents/{name}",
            refused=said,
            comment=seen.comment if seen is not None else "",
        )


def _said(refusal: Refusal, seen: Seen, loaded: Loaded, reader: Reader) -> Refused:
    """Why not; and where somebody else has decided meanwhile, who, what and when."""
    first = views.beforehand(loaded.case, seen.item, reader)
    if first is None or first.decision is None or first.moment is None:
        return refused(refusal, reader.language)
    told = word("document.somebody_was_first").format(
        who=first.who, what=first.decision.text, when=first.moment.exact
    )
    return refused(refusal, reader.language, more=reader.text(told))
