"""The page of a document, the same for every process: what it says, where it is, what was said of it, and what I may do."""
