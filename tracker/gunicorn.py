"""How gunicorn serves Värna: `python -m gunicorn -c tracker/gunicorn.py app:app`."""

import gc
import os
import threading

from tracker.settings import Refusal, read
from tracker.views.web import logs

try:
    settings = read()
except Refusal as refusal:
    raise SystemExit(str(refusal)) from None

host = f"[{settings.host}]" if ":" in settings.host else settings.host
bind = f"{host}:{settings.port}"
worker_class = "gthread"
workers = settings.workers
threads = 4
preload_app = False  # each worker opens its own connections, after the fork
timeout = 60
graceful_timeout = 20
keepalive = 5

# Only a proxy that was declared may say that a request came over TLS.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1") if settings.behind_tls else ""
forwarder_headers = ""
limit_request_line = 4094
limit_request_fields = 60
limit_request_field_size = 8190

# Nobody steers a running server through a socket, and nothing of a request lies in a shared directory.
control_socket_disable = True
umask = 0o077
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  only an empty heartbeat file

accesslog = None  # the application logs each request, without what it carries


def post_worker_init(worker: object) -> None:
    """A thread of ours that crashes says so without values.

    What a warm worker keeps for good is left out of every later collection: one paused it 140–275 ms.
    """
    threading.excepthook = logs.thread_crash
    gc.collect()
    gc.freeze()
