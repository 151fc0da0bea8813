"""What a reply must not hold, each kind by itself: words, contacts, surnames."""
