"""Pages that people saved, for sites that cannot be read: opened, recognised, taken in."""
