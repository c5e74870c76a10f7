"""Claims go on while everything around them is killed; a checker that shares no code with the services says what was kept."""
