"""Small claims, collections, lists and releases for tests of what is behind the service."""
