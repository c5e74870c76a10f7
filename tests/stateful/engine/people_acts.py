"""What becomes of people: they are away, and leave."""

from __future__ import annotations

from datetime import date, timedelta

from google.type.date_pb2 import Date
from hypothesis import strategies as st
from hypothesis.stateful import rule

from kernel.clock import local_date
from tests.builders.approval_desk import request_id
from tests.stateful.engine.away import ANOTHER, OURS, StandIn
from tests.stateful.engine.case_acts import CaseActs, administrators
from tests.stateful.engine.office import ADMINISTRATOR, EVERYONE
from tests.stateful.engine.trial import numbers, people
from zhupi.approval.v1 import absence_pb2 as pb

scopes = st.sampled_from([(), (), (OURS,), (ANOTHER,), (OURS, ANOTHER)])
places = st.sampled_from([(), (), ("hq",), ("branch",)])


class PeopleActs(CaseActs):
    @rule(
        person=people,
        deputy=people,
        who=numbers,
        begins=st.sampled_from([0, 0, 0, 1, 3]),
        days=st.none() | st.integers(-1, 2),
        processes=scopes,
        organisations=places,
    )
    def appoint_a_stand_in(
        self,
        person: str,
        deputy: str,
        who: int,
        begins: int,
        days: int | None,
        processes: tuple[str, ...],
        organisations: tuple[str, ...],
    ) -> None:
        callers = [*[person, ADMINISTRATOR] * 6, *EVERYONE]
        caller = callers[who % len(callers)]
        first = self.today + timedelta(days=begins)
        last = None if days is None else first + timedelta(days=days)
        new = StandIn(person, deputy, first, last, frozenset(processes), frozenset(organisations))
        request = pb.CreateStandInRequest(
            request_id=request_id(),
            person=f"people/{person}",
            deputy=f"people/{deputy}",
            first_day=a_date(first),
            last_day=a_date(last) if last else None,
            processes=[self.process if one == OURS else one for one in processes],
            organisations=[f"organisations/{one}" for one in organisations],
        )
        allowed = caller in (person, ADMINISTRATOR) and self.away.may_begin(new, self.today)
        if self.tried(allowed, self.desk_of(caller).absences.CreateStandIn(request)):
            new.name = self.reply.name
            self.away.known.append(new)

    @rule(number=numbers, who=numbers)
    def end_a_stand_in(self, number: int, who: int) -> None:
        if not self.away.known:
            return
        one = self.away.known[-1 - number % len(self.away.known)]
        caller = [one.person, ADMINISTRATOR, one.deputy, *EVERYONE][who % 13]
        allowed = caller in (one.person, ADMINISTRATOR) and not one.is_past(self.today)
        request = pb.EndStandInRequest(name=one.name, request_id=request_id())
        if self.tried(allowed, self.desk_of(caller).absences.EndStandIn(request)):
            one.ended = True

    @rule(person=administrators, leaver=people, to=people)
    def somebody_leaves(self, person: str, leaver: str, to: str) -> None:
        request = pb.HandOverRequest(
            request_id=request_id(), person=f"people/{leaver}", to=f"people/{to}", reason="离职"
        )
        allowed = person == ADMINISTRATOR and leaver != to
        if self.tried(allowed, self.desk_of(person).absences.HandOver(request)):
            if not self.model.outcome:
                self.model.hand_over(leaver, to)
            self.away.hand_over(leaver, to, self.today)
            new = [one for one in self.away.known if not one.name]
            told = sorted(self.reply.stand_ins, key=self.what_it_says)
            assert [self.what_it_says(one) for one in told] == sorted(map(says, new))
            for known, one in zip(sorted(new, key=says), told, strict=True):
                known.name = one.name

    def what_it_says(self, one: pb.StandIn) -> list[str]:
        """A stand-in but for its name, as `says` has it of the model's."""
        processes = sorted(OURS if process == self.process else process for process in one.processes)
        organisations = sorted(name.removeprefix("organisations/") for name in one.organisations)
        last = day_of(one.last_day).isoformat() if one.HasField("last_day") else "for ever"
        person = one.person.removeprefix("people/")
        return [person, day_of(one.first_day).isoformat(), last, ",".join(processes), ",".join(organisations)]

    @rule(days=st.integers(1, 2))
    def days_pass(self, days: int) -> None:
        self.time_passes(timedelta(days=days))

    @property
    def today(self) -> date:
        return local_date(self.now)


def says(one: StandIn) -> list[str]:
    last = one.last.isoformat() if one.last else "for ever"
    scope = [",".join(sorted(one.processes)), ",".join(sorted(one.organisations))]
    return [one.person, one.first.isoformat(), last, *scope]


def day_of(message: Date) -> date:
    return date(message.year, message.month, message.day)


def a_date(day: date) -> Date:
    return Date(year=day.year, month=day.month, day=day.day)
