"""The work that waits in rows: messages out, updates in, things to do on sites, errands."""
