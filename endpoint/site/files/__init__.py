"""What goes with pages and is none: the files that they load, and what programs read of the service.

``policy`` says what a browser may do with our pages, ``crawlers`` what search engines read, ``tools`` is for
other people's tools and for agents. Begin with ``assets``.
"""
