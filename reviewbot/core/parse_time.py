"""Instants out of what sites and servers write. Never raises: what makes no sense is None."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST_REST = 86_400.0
"""Seconds. A site that asks for more is asked again after a day."""


def instant(value: Any, *, zone: Any = None) -> datetime | None:
    """Return an aware instant from a site's date: ISO text with any fraction and offset, a bare
    date, or epoch seconds or milliseconds; None where the value is empty or makes no sense.

    `zone` is used where the text has no offset (UTC by default).
    """
    if value is None or value == "" or isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        try:
            # Seconds and milliseconds are both seen for one field of one site (Yandex's cabinet).
            seconds = value / 1000 if abs(value) > 100_000_000_000 else value
            return datetime.fromtimestamp(seconds, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    text = str(value).strip()
    if len(text) > 8 and text.isascii() and text.removeprefix("-").isdecimal():
        return instant(int(text), zone=zone) if len(text) < 20 else None
    try:
        moment = datetime.fromisoformat(_six_digits(text))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=zone or UTC)
        moment.astimezone(UTC)  # the first and the last day of the calendar have no UTC
    except (ValueError, OverflowError):
        return None
    return moment


def _six_digits(text: str) -> str:
    """Cut or keep the fraction so that fromisoformat takes it (nine digits come from Google)."""
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}" if digits else head + tail


def http_date(value: str | None) -> datetime | None:
    """Return a Date of HTTP or of mail as an instant in UTC; None where it makes no sense."""
    try:
        moment = parsedate_to_datetime(value or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # a zone of twenty digits
        return None


def retry_after_seconds(value: str | None, now: datetime | None) -> float | None:
    """Return a Retry-After header in seconds, a day at most: a number, or an HTTP date against
    `now`."""
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), LONGEST_REST)
    moment = http_date(text)
    if now is None or moment is None:
        return None
    return min(max(0.0, (moment - now).total_seconds()), LONGEST_REST)
