"""One write, one transaction: the unit of work, the call it answers, and what its commit writes beside the rows."""
