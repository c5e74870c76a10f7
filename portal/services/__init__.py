"""The services, called with the person's own token."""
