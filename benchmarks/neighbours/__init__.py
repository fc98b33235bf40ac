"""What one client notices of others, told in milliseconds, for one checkout or several in one run.

``turns`` is about one that hammers with questions, ``connections`` about those that say or take nothing;
``replicas`` about replicas that are killed and the ``fleet`` of them; ``notes`` is what all need.
Begin with ``turns``.
"""
