"""The questions that the data answers: values that people give come in, SPARQL with bound terms goes out.

A question is one ``.rq`` file, read by ``header``; ``resolve`` finds what a text means, and ``bind`` puts it
into the query. Begin with ``files``, which reads them all.
"""

from queries.canned import CannedQuery, Parameter
from queries.files import catalogue, query_texts, read_catalogue

__all__ = ["CannedQuery", "Parameter", "catalogue", "query_texts", "read_catalogue"]
