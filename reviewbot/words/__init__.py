"""Every sentence a person reads, in Russian and English: facts in, messages out.

Nothing here asks the time, opens a row or decides anything; what a message needs is in its facts.
"""
