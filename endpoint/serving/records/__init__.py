"""What is written down of the requests: each answer comes in, a line of the log and the numbers go out.

``access_log`` writes a line for each request, ``metrics`` counts for /metrics. Begin with ``access_log``.
"""
