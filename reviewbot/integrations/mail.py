"""Hands a mail to the operator's mail server (smtplib, in a thread)."""

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime

from pydantic import SecretStr

from reviewbot.core.connections import MailServer
from reviewbot.integrations.webhooks import NotTaken
from reviewbot.store.tables import DeliveryRow

TIMEOUT = 30.0
"""Seconds for each answer of the server."""


class Mailer:
    """Sends what stands in the rows, one mail a row."""

    def __init__(self, server: MailServer, password: SecretStr | None) -> None:
        self._server = server
        self._password = password

    def send(self, row: DeliveryRow, now: datetime) -> None:
        """Send one mail; blocks. Raises NotTaken."""
        message = EmailMessage(policy=SMTPUTF8)
        message["From"] = self._server.sender
        message["To"] = row.channel.removeprefix("mail:")
        message["Subject"] = " ".join(str(row.payload["subject"]).split())
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{row.id}.{row.created_at:%Y%m%dT%H%M%S}@reviewbot.invalid>"
        # No machine of the receiver is to answer it.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(str(row.payload["text"]))
        try:
            with self._connected() as server:
                if self._server.user is not None and self._password is not None:
                    server.login(self._server.user, self._password.get_secret_value())
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(_reason(error)) from error

    def _connected(self) -> smtplib.SMTP:
        asked = self._server
        context = ssl.create_default_context()
        # Asking for this machine's own name can take as long as its network is down.
        me = asked.sender.rpartition("@")[2] or "localhost"
        if asked.tls == "tls":
            return smtplib.SMTP_SSL(asked.host, asked.port, me, timeout=TIMEOUT, context=context)
        server = smtplib.SMTP(asked.host, asked.port, me, timeout=TIMEOUT)
        if asked.tls == "starttls":
            try:
                server.starttls(context=context)
            except (OSError, smtplib.SMTPException):
                server.close()
                raise
        return server


def _reason(error: Exception) -> str:
    """What the server said; of a refused login only its code, for some quote what they got."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"the mail server refuses the login ({error.smtp_code})"
    return f"{type(error).__name__}: {error}"[:200]
