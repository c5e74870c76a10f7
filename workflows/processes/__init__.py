"""The processes, one file each; each reads like the paragraph that describes it."""
