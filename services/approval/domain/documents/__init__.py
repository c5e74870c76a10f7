"""Documents of processes that need no code: what people fill in by a form, from draft to decision."""
