"""Acts on work items: one shape for all of them, and a small function for each."""
