"""The tests, in the rooms of what they test; ``kit`` has what they share."""
