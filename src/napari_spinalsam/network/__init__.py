"""The network: Meta's SAM, built, loaded and adapted."""
