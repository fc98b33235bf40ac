"""The commands, one module each: options come in, what was asked for goes out, errors of ours pass through.

``endpoint.cli.main`` adds them to ``kembar`` and turns an error into one sentence. Begin with ``query``.
"""
