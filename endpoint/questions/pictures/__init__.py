"""What is drawn beside the rows of a question: an answer and its table come in, shapes for a template go out.

Which picture belongs to which column, the header of the question says (``display``).
"""
