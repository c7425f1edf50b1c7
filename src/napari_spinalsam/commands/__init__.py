"""Commands: what a typed or spoken phrase means."""
