"""What Zhupi costs: the engine's floor and whole claims, side by side on the same embedded servers.

plan.py         how much of what is run                installation.py  a `zhupi up` of its own, and how long it takes
floor.py        the no-op workflow and its worker      floor_load.py    drives it
people.py       the demo group's people at work        claims_load.py   drives whole claims through public gRPC
rounds.py       one after the other, several times     inbox.py         a long inbox
accounting.py   CPU and memory by process              machine.py       where all of this was measured
spread.py       p50 and p99                            tables.py, report.py  what is shown
profile.py      where a claim's time goes: waits.py by spans, sampling.py by stacks

`make bench` and `make profile` run it. It is a client like any other: it knows services by their contract only.
"""
