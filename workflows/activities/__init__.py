"""What workflows ask of others: one class for each callee, holding its stub. Arguments and answers are the callee's own messages."""
