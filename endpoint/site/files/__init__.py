"""What goes with pages and is none: the files that they load, the map of the world, what search engines read.

``policy`` says what a browser may do with our pages. Begin with ``assets``.
"""
