"""The verbs of the approval service, one function each, shared by RPC and event."""
