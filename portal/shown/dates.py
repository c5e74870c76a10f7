"""Moments: near ones by their distance in lists, exact ones in documents, where the business is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp

from kernel.clock import SHANGHAI
from kernel.text import Text
from portal.shown.reader import Reader
from portal.words.catalogue import word
from reading.cells import length


@dataclass(frozen=True, slots=True)
class Moment:
    """`text` for the eye, `exact` for whoever wants to know, `iso` for machines. `late`: it is over, and should not be."""

    text: str
    exact: str
    iso: str
    late: bool = False


def ago(at: Timestamp, reader: Reader) -> Moment | None:
    """`3 小时前`, `昨天 18:20`, `5月23日`; None for a moment that is not set."""
    if not at.seconds:
        return None
    moment = _local(at)
    return Moment(_near(moment, reader), exact(at), moment.isoformat())


def due(at: Timestamp, reader: Reader) -> Moment | None:
    """`超时 3 小时`, `今天 16:00 前`."""
    if not at.seconds:
        return None
    moment, now = _local(at), reader.now.astimezone(SHANGHAI)
    if moment < now:
        text = reader.text(word("shown.overdue").format(time=_roughly(now - moment, reader)))
        return Moment(text, exact(at), moment.isoformat(), late=True)
    text = reader.text(word("shown.before").format(time=_day(moment, now, reader)))
    return Moment(text, exact(at), moment.isoformat())


def exact(at: Timestamp) -> str:
    return _local(at).strftime("%Y-%m-%d %H:%M") if at.seconds else ""


def _local(at: Timestamp) -> datetime:
    return at.ToDatetime(tzinfo=UTC).astimezone(SHANGHAI)


def _near(moment: datetime, reader: Reader) -> str:
    now = reader.now.astimezone(SHANGHAI)
    since = now - moment
    if since < timedelta(minutes=1):
        return reader.text(word("shown.just_now"))
    if since < timedelta(hours=12) and moment.date() == now.date():
        return reader.text(word("shown.ago").format(time=_roughly(since, reader)))
    return _day(moment, now, reader)


def _day(moment: datetime, now: datetime, reader: Reader) -> str:
    days = (moment.date() - now.date()).days
    clock = f"{moment:%H:%M}"
    named: dict[int, Text] = {-1: word("shown.yesterday"), 0: word("shown.today"), 1: word("shown.tomorrow")}
    if days in named:
        return f"{reader.text(named[days])} {clock}"
    if moment.year == now.year:
        return reader.text(Text(f"{moment.month}月{moment.day}日", f"{moment.day} {moment:%b}"))
    return f"{moment:%Y-%m-%d}"


def _roughly(time: timedelta, reader: Reader) -> str:
    """The largest unit alone."""
    return " ".join(length(time, reader.language).split()[:2])
