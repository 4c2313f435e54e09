"""Moved: import from tracker.pages."""

from tracker.pages import *  # noqa: F403
