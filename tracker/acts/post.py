"""Mail: one plain letter at a time, over TLS. `smtps://user:password@host:465` or `smtp://…:587` (STARTTLS)."""

import smtplib
import ssl
from email.message import EmailMessage
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
            line.send_message(_letter(server, to, subject, text))
    except (smtplib.SMTPException, OSError) as error:
        raise NotSent(type(error).__name__) from None


def _connected(server: SplitResult) -> smtplib.SMTP:
    host, context = server.hostname or "", ssl.create_default_context()
    if server.scheme == "smtps":
        return smtplib.SMTP_SSL(host, server.port or 465, timeout=PATIENCE, context=context)
    line = smtplib.SMTP(host, server.port or 587, timeout=PATIENCE)
    if host not in LOOPBACK:
        line.starttls(context=context)
    return line


def _letter(server: SplitResult, to: str, subject: str, text: str) -> EmailMessage:
    letter = EmailMessage()
    user = unquote(server.username or "")
    letter["From"] = user if "@" in user else f"varna@{server.hostname}"
    letter["To"], letter["Subject"] = to, subject
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(text)
    return letter
