"""The Models page: what is here, what can be fetched, and on what it runs."""
