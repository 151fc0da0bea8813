"""Reply drafts: templates, the choice of one, and what must not be published."""
