"""Retention: of those who began in a period, how many came back in the periods after it."""
