"""The page of figures as a file: gathered, drawn, written, printed to PDF by a browser."""
