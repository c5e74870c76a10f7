"""Files that people bring: spreadsheets and uploads."""
