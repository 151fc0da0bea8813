"""What reviews say together, in words: lines of figures, /stats, pictures, drops and incidents."""
