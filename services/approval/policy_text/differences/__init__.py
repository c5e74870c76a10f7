"""What changes between two policies, in words."""
