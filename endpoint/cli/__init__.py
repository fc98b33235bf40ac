"""The command ``kembar``: words on a command line come in, data go to stdout, words about progress to stderr.

It also starts the server, since serving is one of its commands. Begin with ``main``, which lists them all.
"""
