"""What goes with pages and is none: the files that they load, and what programs read of the service.

``policy`` says what a browser may do with our pages, ``crawlers`` what search engines read, ``catalogue``
what there is to ask, for other people's tools, ``agents`` the tools for language models. Begin with
``assets``.
"""
