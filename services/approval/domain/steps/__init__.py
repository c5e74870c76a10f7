"""Steps and their work items: who is asked, what they may do, what it comes to."""
