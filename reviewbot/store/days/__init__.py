"""What came on a day, counted once; which are to be counted again; how a file keeps instants;
thousands of rows as columns."""
