"""Configurations as messages and back."""

from __future__ import annotations

from collections.abc import Iterable

from chassis.rpc.values import text_from_message, text_to_message, time_to_message
from services.customer.domain.configuration import Choice, Configuration
from services.customer.file_mapping import KINDS, KINDS_BACK
from zhupi.customer.v1 import configuration_pb2 as pb


def configuration_to_message(configuration: Configuration) -> pb.CustomerConfiguration:
    return pb.CustomerConfiguration(
        progress=_choices_to_message(configuration.progress),
        levels=_choices_to_message(configuration.levels),
        licence_types=_choices_to_message(configuration.licence_types),
        licence_rules=[
            pb.LicenceRule(kind=KINDS[kind], licence_types=types)
            for kind, types in configuration.licence_rules
        ],
        watch_days=configuration.watch_days,
        reveals_per_hour=configuration.reveals_per_hour,
        version=configuration.version,
        etag=configuration.etag,
        publisher=configuration.publisher,
        publish_time=time_to_message(configuration.publish_time),
    )


def configuration_from_message(message: pb.CustomerConfiguration) -> Configuration:
    """What is to be published: version, publisher and time are given by the service."""
    return Configuration(
        progress=_choices(message.progress),
        levels=_choices(message.levels),
        licence_types=_choices(message.licence_types),
        licence_rules=tuple(
            (KINDS_BACK[rule.kind], tuple(rule.licence_types)) for rule in message.licence_rules
        ),
        watch_days=tuple(sorted(message.watch_days, reverse=True)),
        reveals_per_hour=message.reveals_per_hour,
    )


def _choices_to_message(choices: Iterable[Choice]) -> list[pb.CustomerChoice]:
    return [pb.CustomerChoice(key=choice.key, label=text_to_message(choice.label)) for choice in choices]


def _choices(messages: Iterable[pb.CustomerChoice]) -> tuple[Choice, ...]:
    return tuple(Choice(message.key, text_from_message(message.label)) for message in messages)
