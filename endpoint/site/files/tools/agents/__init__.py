"""The door for agents, in the Model Context Protocol: a call of a tool in, rows with their evidence out.

``tools`` says what can be called, ``answers`` holds what every answer must have. Begin with ``tools``; the
library ``mcp`` is needed here only, and is an extra.
"""
