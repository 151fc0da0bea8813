"""Marketplaces as their sellers see them: reviews and questions of buyers, by official APIs."""
