"""What a house with very many customers waits for: finding one while its name is typed, and bringing in thousands from a sheet."""
