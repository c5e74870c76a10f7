"""What customers mean here. Pure."""
