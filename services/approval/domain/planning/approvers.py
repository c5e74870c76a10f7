"""From the people whom rules named to the approvers of a step: one pool, or everyone with a say."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.errors import FailedPrecondition
from kernel.text import Text
from services.approval.domain.planning.request import Found, Request
from services.approval.domain.planning.route import Approver, Why
from services.approval.domain.policies.ballot import MAJORITY, Mode, needed_to_pass
from services.approval.domain.policies.policy import Per, PolicyStep


class VoteCannotPass(FailedPrecondition):
    """Too few are there to vote: `quota` is what the policy asks for, `weight` what all of them weigh."""

    zh = "步骤“{title_zh}”需要 {quota} 票通过，但现有审批人合计只有 {weight} 票"
    en = "The step {title_en!r} passes with {quota}, but all who would vote weigh {weight}"


@dataclass(frozen=True, slots=True)
class Asking:
    """How a step asks people, and why it is needed at all, if not always."""

    step: PolicyStep
    request: Request
    needed: Text | None

    def approvers(self, found: tuple[Found, ...]) -> tuple[Approver, ...]:
        """A pool of all of them in mode `single`, else everybody who has a say."""
        if self.step.mode is Mode.SINGLE:
            return (self._pool(found),) if found else ()
        return tuple(
            Approver(people, self._why(one), one.post if len(people) > 1 else "", one.weight)
            for one in found
            for people in (
                [one.people] if self.step.per is Per.SOURCE else [(person,) for person in one.people]
            )
        )

    def must_pass(self, approvers: tuple[Approver, ...]) -> None:
        """Raises VoteCannotPass."""
        step = self.step
        weight = sum(approver.weight for approver in approvers)
        if step.mode is not Mode.SINGLE and needed_to_pass(step.mode, step.terms, weight) > weight:
            asked = step.terms.passes or MAJORITY
            raise VoteCannotPass(
                step=step.key, title_zh=step.title.zh, title_en=step.title.en, quota=asked, weight=weight
            )

    def _pool(self, found: tuple[Found, ...]) -> Approver:
        people = tuple(person for one in found for person in one.people)
        posts = {one.post for one in found}
        post = posts.pop() if len(people) > 1 and len(posts) == 1 else ""
        return Approver(people, self._why(_together(found)), post)

    def _why(self, found: Found) -> Why:
        text = found.text
        if self.needed:
            text = Text(f"因{self.needed.zh}，{text.zh}", f"because {self.needed.en}: {text.en}")
        return Why(self.request.policy.name, found.rule, self.request.directory.directory.version, text)


def _together(found: tuple[Found, ...]) -> Found:
    """Several rules that named the people of one pool, as one."""
    if len(found) == 1:
        return found[0]
    text = Text("；".join(one.text.zh for one in found), "; ".join(one.text.en for one in found))
    people = tuple(person for one in found for person in one.people)
    return Found(people, text, found[0].rule.rpartition("[")[0])
