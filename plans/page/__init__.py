"""View models and fragments of the plan page, the same for a page and for the feed."""
