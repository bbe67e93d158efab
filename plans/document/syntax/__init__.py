"""What Markdown looks like, line by line: recognised, cleaned and escaped."""
