"""Measurements: one module for each thing measured, run by `make bench`."""
