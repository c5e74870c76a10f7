"""For services whose documents are decided in cases: what they ask approval, what they tell it, what they remember of a case."""
