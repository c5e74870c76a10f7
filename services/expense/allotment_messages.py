"""What this service tells others of allotments."""

from __future__ import annotations

from chassis.rpc.values import time_to_message
from services.expense.allotment_mapping import STATES, lines_to_messages
from services.expense.domain.allotment import Allotment
from zhupi.expense.v1.events_pb2 import AllotmentChanged


def changed(allotment: Allotment) -> AllotmentChanged:
    """All of it: a later message tells what a lost one would have told."""
    return AllotmentChanged(
        activity=allotment.activity,
        version=allotment.version,
        state=STATES[allotment.state],
        lines=lines_to_messages(allotment),
        fully_claimed=allotment.is_fully_claimed,
        time=time_to_message(allotment.update_time),
        organisation=f"organisations/{allotment.organisation}" if allotment.organisation else "",
    )
