"""A case from the request to the outcome, and what cases and steps are called."""
