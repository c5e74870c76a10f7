"""Lists of many people with very many entries: made up, and asked for as people ask."""
