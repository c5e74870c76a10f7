"""What activities are and what may become of them: pure."""
