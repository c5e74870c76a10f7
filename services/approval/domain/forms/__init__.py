"""Forms of processes that need no code: read from JSON Schema, held against their policy, and what people fill in held against them."""
