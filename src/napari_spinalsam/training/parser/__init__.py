"""Training of command models: the small one from scratch, big ones by low-rank adaptation."""
