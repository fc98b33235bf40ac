"""A publication comes in, what other people's tools read of it goes out: each names the files beside it.

All are made of ``graph.downloads.tables.schema.columns``. A folder with the files of a release is a Data
Package, a Croissant data set and an RO-Crate. Begin with ``packages``.
"""
