"""Policies that are written to do harm, sent by somebody who may only ask what is wrong with them."""

from __future__ import annotations

import asyncio

from tests.builders.approval_house import House
from zhupi.approval.v1 import policy_pb2 as pb

HEAD = """
process: heavy
title: {zh: 重, en: Heavy}
stages:
"""
STAGE = "  s%d:\n    title: {zh: 段, en: Stage}\n    steps:\n"
STEP = """      - {key: k%d, title: {zh: 步, en: Step}, approvers: [{post: council}], when: "'%s'.matches('(a{1,30}){1,30}')"}\n"""


def heavy() -> str:
    """Many conditions, each with something to do for the engine of regular expressions."""
    stages = (STAGE % s + "".join(STEP % (k, "a" * (k + 1)) for k in range(50)) for s in range(5))
    return HEAD + "".join(stages)


async def test_whoever_has_a_heavy_policy_examined_keeps_nobody_waiting(house: House) -> None:
    desk, other = await house.desk("wangfang"), await house.desk("lihua")
    await other.inbox()
    examined = asyncio.ensure_future(desk.policies.ValidatePolicy(pb.ValidatePolicyRequest(yaml=heavy())))
    answered = 0
    while not examined.done():
        await other.inbox()
        answered += 1
    assert not (await examined).problems
    assert answered > 3
