"""The commands, a module for each subject: options come in, what was asked for goes out, errors pass through.

``endpoint.cli.main`` imports a command when it is called, and turns an error of ours into one sentence.
Begin with ``query``.
"""
