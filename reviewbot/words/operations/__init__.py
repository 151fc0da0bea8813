"""What is said of the machine the bot lives on: absences, copies, the second way out."""
