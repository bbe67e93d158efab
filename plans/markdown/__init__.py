"""Markdown to safe HTML: plans as GitHub shows them, comments, and mentions."""
