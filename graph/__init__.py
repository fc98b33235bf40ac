"""From claims to a graph to a release."""
