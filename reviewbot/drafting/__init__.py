"""Reply drafts: moulds, the choice of one, and what must not be published."""
