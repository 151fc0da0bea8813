"""What happens when a guest asks to be forgotten: name and words go, counts stay."""
