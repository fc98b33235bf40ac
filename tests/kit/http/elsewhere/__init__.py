"""Engines elsewhere for tests: one of ours that lies when told to, real ones of others, a release in them."""
