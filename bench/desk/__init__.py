"""The scheduler's desk with a whole county, through the real door."""
