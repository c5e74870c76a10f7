"""What is next in a stage: a pure reducer over a route. Standard library and contracts only; no engine, no clock."""
