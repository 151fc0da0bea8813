"""Brings a database of an earlier version to this one."""
