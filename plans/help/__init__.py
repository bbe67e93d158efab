"""The guide that the help page shows."""
