"""What a policy says about a step that matters once the step runs: one module a subject."""
