"""The commands that write the operator's file and check it, also against what is live."""
