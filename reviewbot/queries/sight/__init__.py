"""What could not be seen, and when: pages out of sight, and what that leaves unknown."""
