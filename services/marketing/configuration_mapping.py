"""Configurations as messages and back."""

from __future__ import annotations

from chassis.rpc.values import (
    money_from_message,
    money_to_message,
    text_from_message,
    text_to_message,
    time_to_message,
)
from kernel.fields import within
from services.marketing.domain.configuration import ActivityClass, Configuration
from services.marketing.mapping import KINDS, KINDS_BACK
from zhupi.marketing.v1 import configuration_pb2 as pb


def configuration_to_message(configuration: Configuration) -> pb.ActivityConfiguration:
    return pb.ActivityConfiguration(
        classes=map(_class_to_message, configuration.classes),
        reminder_days=configuration.reminder_days,
        escalation_days=configuration.escalation_days,
        overdue_days=configuration.overdue_days,
        claimable_days=configuration.claimable_days,
        longest_days=configuration.longest_days,
        version=configuration.version,
        etag=configuration.etag,
        publisher=configuration.publisher,
        publish_time=time_to_message(configuration.publish_time),
    )


def configuration_from_message(message: pb.ActivityConfiguration) -> Configuration:
    """What is to be published: version, publisher and time are given by the service. Raises what amounts raise."""
    return Configuration(
        classes=tuple(_class_from_message(index, one) for index, one in enumerate(message.classes)),
        reminder_days=tuple(sorted(message.reminder_days)),
        escalation_days=message.escalation_days,
        overdue_days=message.overdue_days,
        claimable_days=message.claimable_days,
        longest_days=message.longest_days,
    )


def _class_to_message(one: ActivityClass) -> pb.ActivityClass:
    return pb.ActivityClass(
        key=one.key,
        parent=one.parent,
        label=text_to_message(one.label),
        evidence=[pb.EvidenceNeed(kind=KINDS[kind], at_least=least) for kind, least in one.evidence],
        limit=money_to_message(one.limit) if one.limit is not None else None,
    )


def _class_from_message(index: int, message: pb.ActivityClass) -> ActivityClass:
    with within(f"classes[{index}].limit"):
        limit = money_from_message(message.limit) if message.HasField("limit") else None
    return ActivityClass(
        message.key,
        text_from_message(message.label),
        message.parent,
        tuple((KINDS_BACK[need.kind], need.at_least) for need in message.evidence),
        limit,
    )
