"""How the settings of a step are written down: one module a subject, each with its keys and how they are read."""
