"""`zhupi up`: everything on one machine, in one folder, under one process that ends when asked and takes all with it.

home.py       the folder: lock, version, passwords, free space
ports.py      who listens where
part.py       what a part is; component.py makes one of an installed component, chassis.embedded has the servers
supervisor.py starts parts along their needs, restarts what dies, stops in reverse
child.py      one process and its group; warden.py ends them when the launcher itself was killed
launch.py     all of that together, as a context manager: what `up` and the tests call
up.py         the command
"""
