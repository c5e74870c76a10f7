"""Real cases of somebody else's event log, walked through Zhupi by its public RPCs, and compared with the log.

xes.py       reads a log (XES)                    mapping.py   what its words mean here
story.py     the verbs of a case, and which       script.py    a case of the log as acts, or why it cannot be walked
             may follow which                     sampling.py  which cases are taken
house/       people, policy and budget, brought   walker.py    walks one case; desks.py: inboxes as they change
             in as administrators do              seen.py      what Zhupi's timelines say has happened
run.py       many cases at once                   report.py    what came of it

Nothing of any log is in here: a log's words are in its mapping, `mappings/…yaml`, described in docs/replaying-a-log.md.
"""
