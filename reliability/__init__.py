"""What is promised, tried by the hundred: kills at every step, and at no step in particular."""
