"""Stand-ins and the life of policies on the command line, against the service."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.commands import policies, policy_trials, stand_ins
from cli.commands.hand_over import take_over
from cli.exits import Exit
from kernel.errors import Refusal
from tests.builders.approval_house import POLICY, House
from tests.builders.cli_house import session_of, written
from zhupi.approval.v1 import absence_pb2
from zhupi.approval.v1.absence_pb2_grpc import AbsenceServiceStub


async def test_a_stand_in_is_appointed_by_name_listed_and_ended(house: House, tmp_path: Path) -> None:
    async with session_of(house, tmp_path, "lihua") as lihua:
        await stand_ins.create(lihua, "孙丽", first="today", organisation=["henan"], reason="年假")
        assert "孙丽" in written(lihua)
        rpc = AbsenceServiceStub((await house.desk("lihua")).channel).ListStandIns
        (made,) = (await rpc(absence_pb2.ListStandInsRequest())).stand_ins
        await stand_ins.list_(lihua)
        assert "代理中" in written(lihua)
    async with session_of(house, tmp_path, "lihua") as lihua:
        await stand_ins.end(lihua, made.name.removeprefix("standIns/"))
        assert "已终止" in written(lihua)
    async with session_of(house, tmp_path, "lihua") as lihua:
        with pytest.raises(Refusal) as error:
            await stand_ins.end(lihua, made.name)
        assert error.value.reason == "STAND_IN_EXPIRED"


async def test_a_policy_goes_from_draft_to_retirement(house: House, tmp_path: Path) -> None:
    file = tmp_path / "claims.yaml"
    file.write_text(POLICY.replace("manager: 1", "manager: 2", 1), "utf-8")
    await house.start_case()
    async with session_of(house, tmp_path, "zhengnan", "administrator") as admin:
        assert await policies.save(admin, file) is Exit.DONE
        await policy_trials.diff(admin, "expense-claim", "expense-claim@draft")
        assert "审批人增加“第 2 级上级”" in written(admin)
        assert await policy_trials.simulate(admin, "expense-claim@draft", last=5) is Exit.DONE
        assert "共 1 份：1 份审批人有变化" in written(admin)
    async with session_of(house, tmp_path, "zhengnan", "administrator") as admin:
        await policies.publish(admin, draft="expense-claim")
        assert "生效中" in written(admin)
        await policy_trials.diff(admin, "expense-claim@2", str(file))
        assert "含义相同" in written(admin)
    async with session_of(house, tmp_path, "zhengnan", "administrator") as admin:
        await policies.retire(admin, "expense-claim", reason="改用新流程")
        assert "已停用" in written(admin)
        with pytest.raises(Refusal) as error:
            await policies.publish(admin)
        assert error.value.reason == "NOTHING_TO_PUBLISH"


async def test_given_facts_are_simulated_with_their_routes(house: House, tmp_path: Path) -> None:
    async with session_of(house, tmp_path, "zhengnan", "administrator") as admin:
        facts = ["amount:money=100"]
        await policy_trials.simulate(admin, "expense-claim@1", requester="wangfang", facts=facts)
        assert "李华" in written(admin)


async def test_everything_of_a_leaver_is_handed_over_in_as_many_calls_as_it_takes(
    house: House, tmp_path: Path
) -> None:
    for _ in range(3):
        await house.open("single", "manager")
    async with session_of(house, tmp_path, "zhengnan", "administrator") as admin:
        await take_over(admin, "李华", to="吴昊", reason="离职", batch=1)
        assert "3 张审批单：移交 3 项，0 项无法移交" in written(admin)
    wuhao = await house.desk("wuhao")
    assert len(await wuhao.inbox()) == 3
