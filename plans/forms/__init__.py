"""Forms of the pages that are forms."""
