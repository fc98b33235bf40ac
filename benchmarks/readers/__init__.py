"""What a reader waits for, in seconds and frames: a new user, who opens a page first, who moves a picture.

``first_answer`` goes from `git clone` to the first answer, ``pages`` asks every kind of page once, ``frames``
moves the network in a real browser. Each is a command of its own; begin with ``pages``.
"""
