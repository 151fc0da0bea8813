"""What happens where reviews say together that a place is worse: found, told, acted on, over."""
