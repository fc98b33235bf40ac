"""What is no page: the files that pages load, the map of the world, and what search engines read."""
