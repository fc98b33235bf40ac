"""No cache grows with what requests say (test_growth tries it with requests)."""

import importlib
import inspect
import pkgutil
from functools import _lru_cache_wrapper

import endpoint
import graph
import ontology
import queries

BOUNDED_BY_THE_CODE = {
    "endpoint.drawing.land.read_rings",
    "endpoint.questions.forms._concepts",
    "endpoint.show.texts._catalogue",
    "endpoint.show.texts._symbols",
}
"""Caches without a bound of their own, over what the code itself names: schemes, languages, one file."""
OF_BUILDS = ("graph.matching.", "graph.reconcile.", "graph.triples.", "graph.model.")
"""Rooms whose caches may grow with the data of one build, which then ends."""


def find_caches():
    """Yield the caches of functions and methods in all that a service imports, by their names."""
    for package in (endpoint, graph, ontology, queries):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, value in vars(module).items():
                inner = vars(value).items() if inspect.isclass(value) else ()
                for path, one in ((name, value), *((f"{name}.{method}", it) for method, it in inner)):
                    if type(one) is _lru_cache_wrapper and one.__module__ == module.__name__:
                        yield f"{module.__name__}.{path}", one


def is_unbounded(cache):
    return inspect.signature(cache).parameters and cache.cache_parameters()["maxsize"] is None


def test_every_cache_with_a_key_is_bounded():
    caches = dict(find_caches())
    assert len(caches) > 15
    unbounded = {name for name, cache in caches.items() if is_unbounded(cache)}
    assert {name for name in unbounded if not name.startswith(OF_BUILDS)} <= BOUNDED_BY_THE_CODE
