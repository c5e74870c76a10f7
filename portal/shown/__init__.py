"""Messages as pages show them: pure functions over what services answered."""
