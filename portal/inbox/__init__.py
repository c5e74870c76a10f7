"""The inbox: what waits for me, what I have decided, what I have asked for, what I was told."""
