"""The commands for whoever looks after sources: read a saved answer, record one, test a module."""
