"""One picture, all ready models."""
