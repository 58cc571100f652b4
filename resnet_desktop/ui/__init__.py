"""Widgets: they know core values and events, never torch or OpenVINO."""
