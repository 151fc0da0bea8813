"""What reviews say together: ratings over time, drops and bursts, goals; pure arithmetic."""
