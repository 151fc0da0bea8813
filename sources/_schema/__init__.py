"""schema.org in pages: JSON-LD, also what is almost JSON, and what attributes mark up."""
