"""What happened to a document, chained by hashes so that a change is seen."""
