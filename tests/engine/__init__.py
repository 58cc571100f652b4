"""Tests of the engine."""

import os

# Before torch is loaded: threads that spin while they wait stand in the way of a second torch on the same cores.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
