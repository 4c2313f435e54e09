"""A guarding supplier's monthly figures from its own file: laid out, looked through, read in row by row."""
