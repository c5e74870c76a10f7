"""What happens around every call, one concern a module; `serving` and `calling` put them in order."""
