"""Strict reading of our own tables: every column by name, nothing left over, every fault with its line.

The tables that all collections share (countries, levels, registers) are read here. Begin with ``table``.
"""
