"""What has become of everything, from the outside: raw SQL, the clients' log, and arithmetic. Shares no code with what it checks."""
