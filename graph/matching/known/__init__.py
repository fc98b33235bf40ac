"""What is known before anything is matched: forms of names, exonyms, points, reviews, minted ids.

Begin with ``names``.
"""
