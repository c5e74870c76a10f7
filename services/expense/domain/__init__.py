"""What a claim and a budget are and what may become of them. Pure."""
