"""How the planner is configured and served; nothing here knows about plans."""
