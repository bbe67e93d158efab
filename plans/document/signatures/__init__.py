"""Decisions in the Approvals of a text: where they stand, written in, taken out."""
