"""What happens with guests: links handed out, surveys answered, stopped and forgotten."""
