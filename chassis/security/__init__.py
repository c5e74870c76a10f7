"""Who calls, and what they may do: tokens, keys, Cedar policies."""
