"""The rules and values of the program. No Qt and no torch is imported here."""
