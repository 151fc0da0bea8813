"""What things are and what should happen: pure functions over plain values, `now` an argument."""
