"""Comparing with other SPARQL servers: how they are started, asked and measured, and the report."""
