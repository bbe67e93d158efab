"""The planner's one Django application: plans and the people who write them."""
