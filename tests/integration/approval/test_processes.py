"""Processes without code: published by administrators, versioned, and kept apart from processes with code."""

from __future__ import annotations

import pytest

from tests.builders.approval_desk import request_id
from tests.builders.approval_house import House
from tests.builders.documents import publish
from tests.builders.forms import FORM, POLICY
from tests.builders.refusals import refused
from zhupi.approval.v1 import policy_pb2, process_pb2
from zhupi.approval.v1.process_pb2 import FormField


async def test_a_form_and_a_policy_make_a_process(house: House) -> None:
    process = await publish(house)
    assert (process.name, process.prefix, process.title.zh) == (
        "processes/seal-use/versions/1",
        "SU",
        "用章申请",
    )
    assert process.policy == "policies/seal-use/versions/1"
    fields = {field.path: field for field in process.fields}
    assert fields["seal"].type == FormField.TYPE_TEXT
    assert [choice.title.zh for choice in fields["seal"].choices] == ["公章", "合同专用章", "法人章"]
    assert fields["papers[].pages"].title.en == "Pages"


async def test_what_is_published_again_is_the_next_version_and_the_former_stays(house: House) -> None:
    await publish(house)
    await publish(house, FORM.replace("用章事由", "用印事由"))
    desk = await house.desk("wangfang")
    listed = await desk.processes.ListProcesses(process_pb2.ListProcessesRequest(process="seal-use"))
    assert [process.version for process in listed.processes] == [2, 1]
    former = await desk.processes.GetProcess(
        process_pb2.GetProcessRequest(name="processes/seal-use/versions/1")
    )
    assert former.form == FORM
    latest = await desk.processes.GetProcess(process_pb2.GetProcessRequest(name="processes/seal-use"))
    assert latest.fields[0].title.zh == "用印事由"
    everything = await desk.processes.ListProcesses(process_pb2.ListProcessesRequest())
    assert [process.name for process in everything.processes] == ["processes/seal-use/versions/2"]


async def test_only_administrators_publish(house: House) -> None:
    desk = await house.desk("wangfang")
    before = await house.dump()
    with refused("NOT_PERMITTED"):
        await desk.processes.PublishProcess(
            process_pb2.PublishProcessRequest(request_id=request_id(), form=FORM, policy=POLICY)
        )
    assert await house.dump() == before


@pytest.mark.parametrize(
    ("form", "policy", "field", "rule"),
    [
        (FORM.replace('"maxLength": 1000,', ""), POLICY, "form.properties.remarks.maxLength", "NO_LIMIT"),
        (
            FORM.replace('"x-fact": "seal"', '"x-fact": "stamp"'),
            POLICY,
            "policy.facts.seal",
            "FACT_WITHOUT_FIELD",
        ),
        (
            FORM,
            POLICY.replace("post: general-manager", "post: emperor"),
            "policy.stages.business.steps[1].approvers[0].post",
            "UNKNOWN_POST",
        ),
        ("{", POLICY, "form", "NOT_JSON"),
        (FORM, "{", "policy", "NOT_YAML"),
    ],
)
async def test_what_cannot_be_published_is_refused_by_its_place_and_changes_nothing(
    house: House, form: str, policy: str, field: str, rule: str
) -> None:
    before = await house.dump()
    with refused("PROCESS_NOT_VALID") as caught:
        await publish(house, form, policy)
    assert (field, rule) in [(found.field, found.rule) for found in caught.value.violations]
    assert await house.dump() == before
    desk = await house.desk("wangfang")
    found = await desk.processes.ValidateProcess(process_pb2.ValidateProcessRequest(form=form, policy=policy))
    assert (field, rule) in [(problem.path, problem.rule) for problem in found.problems]


async def test_a_process_whose_documents_another_service_owns_takes_no_form(house: House) -> None:
    form = FORM.replace('"x-process": "seal-use"', '"x-process": "expense-claim"')
    policy = POLICY.replace("process: seal-use", "process: expense-claim")
    with refused("PROCESS_WITH_CODE"):
        await publish(house, form, policy)


async def test_a_prefix_belongs_to_one_process_for_ever(house: House) -> None:
    await publish(house)
    other = FORM.replace('"x-process": "seal-use"', '"x-process": "car-use"')
    with refused("PREFIX_TAKEN"):
        await publish(house, other, POLICY.replace("process: seal-use", "process: car-use"))
    with refused("PREFIX_FIXED"):
        await publish(house, FORM.replace('"x-prefix": "SU"', '"x-prefix": "SX"'))


async def test_a_policy_that_wants_more_than_the_form_gives_is_not_published_alone(house: House) -> None:
    await publish(house)
    desk = await house.desk("zhengnan", "administrator")
    wanting = POLICY.replace("facts:\n", "facts:\n  weight: {type: whole, title: {zh: 重, en: weight}}\n")
    with refused("POLICY_NOT_VALID") as caught:
        await desk.policies.PublishPolicy(
            policy_pb2.PublishPolicyRequest(request_id=request_id(), yaml=wanting)
        )
    assert caught.value.violations[0].field == "yaml.facts.weight"


async def test_a_process_is_found_in_its_timeline(house: House) -> None:
    await publish(house)
    rows = await house.rows("SELECT details FROM timeline WHERE document = 'processes/seal-use'")
    assert [row.details["prefix"] for row in rows] == ["SU"]
