"""Files of rows as `table` and `feed` find them: CSV, JSON lines and workbooks."""
