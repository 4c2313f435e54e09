"""Mail: one plain letter at a time, over TLS. `smtps://user:password@host:465` or `smtp://…:587` (STARTTLS).

Where there is no mail server, a letter can be put in an outbox: a folder, one .eml for each.
"""

import os
import secrets
import smtplib
import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

PATIENCE = 15.0  # seconds
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class NotSent(Exception):
    """The letter could not be handed over."""


def send(smtp_url: str, to: str, subject: str, text: str) -> None:
    """Hands a letter to the mail server. Raises NotSent. Without TLS only to a server on this very host."""
    server = urlsplit(smtp_url)
    try:
        with _connected(server) as line:
            if server.username:
                line.login(unquote(server.username), unquote(server.password or ""))
            line.send_message(_letter(_sender(server), to, subject, text))
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(type(error).__name__) from None


def keep(outbox: Path, to: str, subject: str, text: str) -> None:
    """Puts a letter in the outbox, whole or not at all, for its owner only. Its name tells nothing."""
    outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    made = outbox / f".{name}"
    with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(bytes(_letter("varna@localhost", to, subject, text)))
    made.rename(outbox / f"{name}.eml")


def _connected(server: SplitResult) -> smtplib.SMTP:
    host, context = server.hostname or "", ssl.create_default_context()
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=PATIENCE, context=context)
    line = smtplib.SMTP(host, server.port or 587, timeout=PATIENCE)
    if host not in LOOPBACK:
        line.starttls(context=context)
    return line


def _sender(server: SplitResult) -> str:
    user = unquote(server.username or "")
    return user if "@" in user else f"varna@{server.hostname}"


def _letter(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, to, subject
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter
