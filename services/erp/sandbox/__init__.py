"""An ERP for trying things out: it keeps real books, and goes wrong on demand."""
