"""The result of a run: how good the model is, what it mixes up, and the pictures that it got wrong."""
