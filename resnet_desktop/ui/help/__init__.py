"""The user guide in a window of its own: offline, in the language of the program."""
