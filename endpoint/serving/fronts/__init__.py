"""Several processes that answer requests as one service: fronts, and the one engine process that they ask.

The engine process is the whole service without a port; `engine_process` says what fronts may ask of it. A
front has stand-ins (`front`, `engine`) for what that process has, and asks over a socket (`calls`).
Begin with `front`.
"""
