"""The whole algebra at once: random acts of random people on random routes, against a model that shares no code with it."""
