"""ResNet Desktop: classify pictures and train a classifier of your own, offline, in a window."""

__version__ = "0.1.0"
