"""Acts on offer as a table: what each takes and what will happen, with the command that does it."""

from __future__ import annotations

from typing import Final

from rich.text import Text as Styled

from cli.output import Output, grid
from kernel.text import Text
from reading.cells import of_message
from reading.labels import field_at, field_label
from reading.names import bare
from zhupi.approval.v1.act_pb2 import ListActsResponse
from zhupi.common.v1.act_pb2 import Act, ActKind, MissingAct, Need

COMMAND: Final = Text("命令", "Command")
NOTHING: Final = Text("目前没有您可办理的动作", "There is nothing that you may do with it now")
NOT_NOW: Final = Text("暂不可办理", "Not now")
# What is given beside the target: `{step}` stands for the act's own step, what is in capitals for what it needs.
COMMANDS: Final = {
    ActKind.ACT_KIND_APPROVE: "zhupi approve {target}",
    ActKind.ACT_KIND_REJECT: "zhupi reject {target} --comment …",
    ActKind.ACT_KIND_RETURN: "zhupi return {target} --comment …",
    ActKind.ACT_KIND_ABSTAIN: "zhupi skip {target}",
    ActKind.ACT_KIND_UNDO: "zhupi undo {target}",
    ActKind.ACT_KIND_CLAIM: "zhupi take {target}",
    ActKind.ACT_KIND_RELEASE: "zhupi release {target}",
    ActKind.ACT_KIND_START: "zhupi start {target}",
    ActKind.ACT_KIND_SET_ASIDE: "zhupi suspend {target}",
    ActKind.ACT_KIND_TAKE_UP: "zhupi resume {target}",
    ActKind.ACT_KIND_TRANSFER: "zhupi transfer {target} --to …",
    ActKind.ACT_KIND_DELEGATE: "zhupi delegate {target} --to …",
    ActKind.ACT_KIND_HAND_BACK: "zhupi hand-back {target}",
    ActKind.ACT_KIND_CALL_BACK: "zhupi call-back {target}",
    ActKind.ACT_KIND_ADD_SIGNER: "zhupi signer add {target} …",
    ActKind.ACT_KIND_REMOVE_SIGNER: "zhupi signer remove {target} --reason …",
    ActKind.ACT_KIND_ASK: "zhupi ask {target} … --to …",
    ActKind.ACT_KIND_ANSWER: "zhupi answer {target} …",
    ActKind.ACT_KIND_URGE: "zhupi urge {target}",
    ActKind.ACT_KIND_DECIDE_AHEAD: "zhupi ahead {target} {step}",
    ActKind.ACT_KIND_TAKE_BACK_AHEAD: "zhupi ahead {target} {step} --take-back",
    ActKind.ACT_KIND_COMMENT: "zhupi comment {target} …",
    ActKind.ACT_KIND_COPY: "zhupi cc {target} --to …",
    ActKind.ACT_KIND_WITHDRAW: "zhupi withdraw {target}",
    ActKind.ACT_KIND_REDO: "zhupi redo {target} … --reason …",
    ActKind.ACT_KIND_RETRY: "zhupi retry {target}",
    ActKind.ACT_KIND_SUSPEND_CASE: "zhupi case suspend {target} --reason …",
    ActKind.ACT_KIND_RESUME_CASE: "zhupi case resume {target} --reason …",
    ActKind.ACT_KIND_TERMINATE_CASE: "zhupi case terminate {target} --reason …",
    ActKind.ACT_KIND_JUMP: "zhupi case jump {target} … --reason …",
    ActKind.ACT_KIND_REASSIGN_STEP: "zhupi case reassign {target} … --to … --reason …",
    ActKind.ACT_KIND_REASSIGN_WORK_ITEM: "zhupi case reassign {target} {step} --from … --to … --reason …",
    ActKind.ACT_KIND_ADD_STEP: "zhupi case add-step {target} … --behind … --to … --reason …",
    ActKind.ACT_KIND_REMOVE_STEP: "zhupi case remove-step {target} … --reason …",
    ActKind.ACT_KIND_REOPEN: "zhupi case reopen {target} --reason …",
}
COLUMNS: Final = ("title", "step_title", "on_behalf_of_title", "outcome", "expire_time")


def show_acts(out: Output, target: str, found: ListActsResponse) -> None:
    """For people; JSON is the caller's."""
    if not found.acts:
        out.say(NOTHING.zh, NOTHING.en)
    else:
        _acts(out, target, found)
    if found.missing:
        table = grid(NOT_NOW.in_language(out.language))
        for column in ("title", "why"):
            table.add_column(
                field_label(field_at(MissingAct.DESCRIPTOR, column), out.language), overflow="fold"
            )
        for one in found.missing:
            table.add_row(*out.cells(one, ("title", "why")))
        out.console.print(table)


def _acts(out: Output, target: str, found: ListActsResponse) -> None:
    present = {field.name for act in found.acts for field, _ in act.ListFields()}
    shown = [name for name in COLUMNS if name in present]
    table = grid()
    for column in shown:
        table.add_column(field_label(field_at(Act.DESCRIPTOR, column), out.language), overflow="fold")
    table.add_column(COMMAND.in_language(out.language), overflow="fold")
    for act in found.acts:
        cells = out.cells(act, shown)
        if act.override:
            cells[0] = Styled("⚑ ") + cells[0]
        table.add_row(*cells, Styled(command(act, target)))
    out.console.print(table)
    for act in found.acts:
        for need in act.needs:
            if need.options and need.kind != Need.KIND_SWITCH:
                out.say(_options(act, need, "zh"), _options(act, need, "en"), style="dim")


def _options(act: Act, need: Need, language: str) -> str:
    """Among what to choose, as the command takes it."""
    label = of_message(need.label, language) or need.field
    options = ", ".join(
        f"{bare(one.value) or '-'} ({of_message(one.title, language)})" for one in need.options[:12]
    )
    return f"{of_message(act.title, language)} · {label}: {options}"


def command(act: Act, target: str) -> str:
    """With the item's own id where it is about one of several; empty where it is none of this client's."""
    template = COMMANDS.get(act.kind, "")
    is_item = act.name.startswith("workItems/") and act.kind not in (ActKind.ACT_KIND_REASSIGN_WORK_ITEM,)
    return template.format(target=bare(act.name) if is_item else target, step=act.step)
