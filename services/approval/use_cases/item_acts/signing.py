"""Adding signers (加签) and doing without them (减签)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Unpack

from kernel.ids import uuid7
from services.approval import permissions
from services.approval.domain.people.directory import PersonId
from services.approval.domain.policies.settings.privileges import Privilege
from services.approval.domain.steps.signing import Place, add_signer, remove_signer, removers
from services.approval.domain.steps.steps import Step
from services.approval.use_cases.item_acts.acting import Acting, Deed, Tools, act_on_item
from services.approval.use_cases.item_events import SignerAdded, SignerRemoved
from services.approval.use_cases.items import OnItem
from services.approval.use_cases.views import ItemView


@dataclass(frozen=True, slots=True, kw_only=True)
class AddSigner(OnItem):
    person: PersonId
    place: Place
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveSigner(OnItem):
    reason: str = ""


def adding(cmd: AddSigner) -> Deed:
    async def added(act: Acting) -> Step:
        today, new = await act.today(), uuid7(act.at)
        return add_signer(act.step, act.item, act.person, cmd.person, cmd.place, new, today)

    return Deed(added, needs=Privilege.ADD_SIGNER)


def is_override(act: Acting) -> bool:
    """Whether the caller does without a signer as an administrator, not as one of those who may."""
    if act.person in removers(act.step, act.step.item(act.item)):
        return False
    return permissions.may_on(act.actor, "RemoveSigner", act.case)


REMOVING: Final = Deed(
    lambda act: remove_signer(act.step, act.item, act.person, administrator=is_override(act)), whose=removers
)


async def add_a_signer(cmd: AddSigner, **tools: Unpack[Tools]) -> ItemView:
    """Has somebody decide with the caller, in the same seat. Raises what `add_signer` raises."""

    def said(act: Acting, after: Step) -> SignerAdded:
        return SignerAdded(
            **act.about,
            person=cmd.person,
            place=cmd.place,
            added=after.items[-1].name,
            comment=cmd.comment.strip(),
        )

    return await act_on_item(cmd, adding(cmd), said, joins=[cmd.person], **tools)


async def remove_a_signer(cmd: RemoveSigner, **tools: Unpack[Tools]) -> ItemView:
    """Does without somebody who has not decided yet. By an administrator it is an override.

    Raises what `remove_signer` raises.
    """

    def said(act: Acting, _: Step) -> SignerRemoved:
        item = act.step.item(act.item)
        people = (item.assignee,) if item.assignee else item.candidates
        return SignerRemoved(**act.about, people=people, reason=cmd.reason.strip(), override=is_override(act))

    return await act_on_item(cmd, REMOVING, said, **tools)
