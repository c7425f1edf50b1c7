"""Images: volumes, their geometry, HU windows, and the files they come from."""
