"""Keeping a copy of the whole: making a backup, looking at one, and putting one in place of what is there."""
