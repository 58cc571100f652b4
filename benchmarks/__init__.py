"""The figures of DESIGN section 8, each measured against its peer in one run: python -m benchmarks [NAME...]."""
