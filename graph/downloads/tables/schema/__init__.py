"""What the columns of our tables hold comes in, the same tables with types go out.

Of ``columns`` every form of a table is made: CSV, Parquet, the packages, the page of the documentation. Begin
there.
"""
