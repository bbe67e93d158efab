"""Real servers in production settings, on databases of their own."""
