"""What one does with an incident that is more than a record: report it, start a clock by hand, tell of its clocks."""
