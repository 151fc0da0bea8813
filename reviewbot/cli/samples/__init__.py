"""Sample messages of every kind, for `reviewbot cards` and the pictures in the docs."""
