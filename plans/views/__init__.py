"""A function for each URL. Each finds its plan for this person first, then reads like
the sentence it implements; none of them writes a model."""
