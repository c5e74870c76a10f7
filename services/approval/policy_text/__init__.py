"""Policies as people write them: YAML, read into a policy or refused with every problem."""
