"""From a policy, facts and a directory to a route: who is asked, in which order, and why."""
