"""What was committed is sent, in its own order, until it has arrived: the outbox and its relay."""
