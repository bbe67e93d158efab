"""What operators see: health, logs, metrics, and pages for broken requests."""
