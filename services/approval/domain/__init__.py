"""What approval means: who is asked, under which rule, and what their decisions add up to. Pure."""
