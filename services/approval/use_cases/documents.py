"""Documents of processes without code, as people draft, submit and look at them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chassis.postgres.paging import Page, PageRequest
from kernel.actor import Actor
from kernel.clock import Clock, local_date
from kernel.errors import FailedPrecondition
from services.approval.domain.documents.document import Document, Submission
from services.approval.domain.forms.filling_in import (
    FIELD,
    ValuesNotValid,
    check_values,
    read_values,
    references,
)
from services.approval.domain.forms.form import Form
from services.approval.domain.forms.json_text import joined
from services.approval.domain.people.directory import AsOf
from services.approval.use_cases.document_events import (
    DocumentCreated,
    DocumentDeleted,
    DocumentEdited,
    DocumentSubmitted,
)
from services.approval.use_cases.document_messages import asking, facts_of
from services.approval.use_cases.items import must_be_person
from services.approval.use_cases.policies import Preview, Previewed, preview_route
from services.approval.use_cases.ports.documents import References
from services.approval.use_cases.ports.forms import AskDocuments
from services.approval.use_cases.ports.unit_of_work import ApprovalUnitOfWork
from services.approval.use_cases.sight import sight_of


class NoOrganisation(FailedPrecondition):
    zh = "目录中今天没有 {person} 或其所属组织"
    en = "The directory knows no {person} today, or not where they belong"


@dataclass(frozen=True, slots=True)
class CreateDocument:
    """`values` is JSON as it came."""

    process: str
    values: str


@dataclass(frozen=True, slots=True)
class UpdateDocument:
    number: str
    etag: str
    values: str


@dataclass(frozen=True, slots=True)
class OnDocument:
    number: str
    etag: str


async def create_document(
    cmd: CreateDocument, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Document:
    """A draft in the requester's organisation. Raises NotFound, NoOrganisation, ValuesNotReadable, ValuesNotValid."""
    person, values = must_be_person(actor), read_values(cmd.values)
    async with uow:
        now = clock.now()
        form, today = (await uow.forms.view(cmd.process, None)).form, await _today(uow, clock)
        requester = today.person(person)
        if requester is None or today.organisation(requester.organisation) is None:
            raise NoOrganisation(person=f"people/{person}")
        check_values(form, values, today, complete=False)
        # Last, because others who draft a document of this kind wait for it.
        number = await uow.documents.next_number(form.prefix, local_date(now).year)
        document = Document.draft(
            number, form, values, requester=person, organisation=requester.organisation, at=now
        )
        uow.documents.add(document)
        uow.record(DocumentCreated.of(document, actor, title=document.title, form=form.name))
        return await uow.commit(document)


async def update_document(
    cmd: UpdateDocument, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Document:
    """Raises NotFound, NotYours, EtagMismatch, IllegalTransition, ValuesNotReadable, ValuesNotValid."""
    values = read_values(cmd.values)
    async with uow:
        before = await _own(cmd.number, cmd.etag, uow=uow, actor=actor, clock=clock)
        form = await _form_of(before, uow)
        check_values(form, values, await _today(uow, clock), complete=False)
        document = before.edit(form, values, at=clock.now())
        uow.documents.save(document)
        uow.record(DocumentEdited.of(document, actor, title=document.title, form=form.name))
        return await uow.commit(document)


async def delete_document(
    cmd: OnDocument, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Document:
    """Raises NotFound, NotYours, EtagMismatch, IllegalTransition, DocumentHasCase."""
    async with uow:
        before = await _own(cmd.number, cmd.etag, uow=uow, actor=actor, clock=clock)
        document = before.delete(at=clock.now())
        uow.documents.save(document)
        uow.record(DocumentDeleted.of(document, actor))
        return await uow.commit(document)


async def submit_document(
    cmd: OnDocument, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock, others: References
) -> Document:
    """Starts the case by the form and the policy in force, or continues it by those under which it was started.

    Whether it may name what it names, and who would decide, is asked before the transaction, about the very document that
    the etag names. Raises NotFound, NotYours, EtagMismatch, IllegalTransition, ValuesNotValid, Unavailable and what
    `preview_route` raises.
    """
    async with uow:
        _, asked, form = await _ready(cmd, uow=uow, actor=actor, clock=clock)
    called = await _called(asked, form, others)
    previewed = await preview_route(_preview(asked, form), uow=uow, actor=actor, clock=clock)
    async with uow:
        before, document, form = await _ready(cmd, uow=uow, actor=actor, clock=clock)
        document = document.about(called)
        uow.documents.save(document)
        policy = int(previewed.policy.rpartition("/")[2])
        uow.documents.submitted(
            Submission(document.number, document.version, form.version, policy, document.update_time)
        )
        submitted = DocumentSubmitted.of(
            document,
            actor,
            title=document.title,
            form=form.name,
            policy=previewed.policy,
            amount=document.amount,
            values=document.values,
        )
        uow.record(submitted, asking(document, form, previewed.policy, again=before.case_open))
        return await uow.commit(document)


async def get_document(number: str, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Document:
    """Raises NotFound, also where the caller may not see it."""
    async with uow:
        return await uow.documents.get(number, await sight_of(actor, uow, clock))


async def list_documents(
    query: tuple[AskDocuments, PageRequest], *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> Page[Document]:
    asked, page = query
    async with uow:
        return await uow.documents.page(asked, await sight_of(actor, uow, clock), page)


async def preview_document(number: str, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Previewed:
    """Who would decide it as it stands. Raises NotFound, MissingFact and what else `preview_route` raises."""
    async with uow:
        document = await uow.documents.get(number, await sight_of(actor, uow, clock))
        form = await uow.forms.form(document.process, document.form_version)
    return await preview_route(_preview(document, form), uow=uow, actor=actor, clock=clock)


async def _ready(
    cmd: OnDocument, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock
) -> tuple[Document, Document, Form]:
    """The document as it is, as it will be submitted, and the form that it was held against."""
    before = await _own(cmd.number, cmd.etag, uow=uow, actor=actor, clock=clock)
    form = await _form_of(before, uow)
    document = before.submit(form, at=clock.now())
    check_values(form, before.values, await _today(uow, clock), complete=True)
    return before, document, form


async def _called(document: Document, form: Form, others: References) -> tuple[str, ...]:
    """What the document names, as its owners call it. Raises ValuesNotValid, Unavailable."""
    named = references(form, document.values)
    if not named:
        return ()
    checked = await others.checked(document.process, document.values, named)
    if checked.faults:
        faults = (replace(fault, field=joined(FIELD, fault.field)) for fault in checked.faults)
        raise ValuesNotValid(tuple(faults))
    return checked.called


async def _own(number: str, etag: str, *, uow: ApprovalUnitOfWork, actor: Actor, clock: Clock) -> Document:
    """The caller's own document, locked. Raises NotFound, NotYours, EtagMismatch."""
    document = await uow.documents.get_for_update(number, await sight_of(actor, uow, clock))
    actor.must_own(document)
    return document.expecting(etag)


async def _today(uow: ApprovalUnitOfWork, clock: Clock) -> AsOf:
    return (await uow.directories.current()).as_of(local_date(clock.now()))


async def _form_of(document: Document, uow: ApprovalUnitOfWork) -> Form:
    """By which form it is filled in now: while its case runs, the one it was submitted by; otherwise the one in force."""
    if document.case_open:
        return await uow.forms.form(document.process, document.form_version)
    return (await uow.forms.view(document.process, None)).form


def _preview(document: Document, form: Form) -> Preview:
    facts = facts_of(document, form)
    return Preview(document.process, document.requester, document.organisation, facts, document.name)
