"""Clients and servers for tests, all on loopback."""
