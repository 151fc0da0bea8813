"""What came on a day, counted once; and which days are to be counted again."""
