"""What two texts have in common and what differs: to compare and to merge."""
