"""One module per site: where its reviews are and how they read.

A module here knows only the contract (`reviewbot.core.contract`) and `sources._markup`; the
product finds it through the entry point "reviewbot.sources" and never by name.
"""
