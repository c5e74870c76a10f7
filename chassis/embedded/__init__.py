"""PostgreSQL, Temporal and NATS from their wheels: how each is laid out, started, asked and stopped on one machine.

Nothing here supervises: a server says what to run (`command`), what must be there before (`prepare`), what to clear
away after it died (`mend`) and whether it answers (`answers`). `chassis.launcher` does the rest. All servers bind the
loopback only, and run in their own folder with relative paths, so that no path is too long or oddly named for them.
"""
