"""What is said about every answer: headers, posted forms, errors."""
