"""The release that is served: a home folder comes in, the service over its current release goes out.

``verifier`` reads every byte of a release before anything is answered from it, ``switch`` follows
``current``, ``kept`` holds what is made once for each, ``task`` keeps a thread alive. Begin with ``switch``.
"""
