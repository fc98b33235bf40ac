"""What the cells of a list mean: words for nothing, marks, dates in words. Nothing is guessed."""
