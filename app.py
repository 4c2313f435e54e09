"""Makes the application for `flask run` and the WSGI server; nothing else."""

from tracker.application import create_app

app = create_app()
