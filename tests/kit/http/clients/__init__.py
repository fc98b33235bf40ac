"""Clients that know of a service nothing but its address and what it tells, and texts nobody thought of."""
