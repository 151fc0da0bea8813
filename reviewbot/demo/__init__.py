"""The real application, a loopback site, and a loopback Bot API whose screen is the terminal.

Nothing of the product is replaced: httpx, python-telegram-bot, intake, outbox and desk run
unchanged; only the addresses, the clock's speed and the data are the demo's own.
"""
