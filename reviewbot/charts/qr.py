"""QR codes of links, as SVG for print and PNG for chats. `segno` is loaded when one is drawn."""

from io import BytesIO

BORDER = 4
"""Modules of white around it, as the standard asks."""


def as_svg(address: str) -> str:
    """Return an SVG element to stand in a page."""
    import segno

    code = segno.make_qr(address, error="m")
    return str(code.svg_inline(scale=8, border=BORDER, omitsize=True, light="#fff"))


def as_png(address: str) -> bytes:
    """Return a PNG picture."""
    import segno

    written = BytesIO()
    segno.make_qr(address, error="m").save(written, kind="png", scale=12, border=BORDER)
    return written.getvalue()
