"""The rules by which routes are planned: what a policy says, its conditions, facts and ballots."""
