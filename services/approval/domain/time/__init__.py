"""Time as the business counts it: working days and hours, calendars of organisations, and what is due when."""
