"""No cache grows with what requests say."""

import importlib
import inspect
import pkgutil
from functools import _lru_cache_wrapper

import endpoint

BOUNDED_BY_THE_CODE = {
    "endpoint.questions.forms._concepts",
    "endpoint.show.texts._catalogue",
    "endpoint.show.texts._symbols",
}
"""Caches without a bound of their own, over the concept schemes and languages of the code."""


def find_caches():
    for found in pkgutil.walk_packages(endpoint.__path__, "endpoint."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if type(value) is _lru_cache_wrapper and value.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", value


def test_every_cache_with_a_key_is_bounded():
    caches = dict(find_caches())
    assert len(caches) > 5
    unbounded = {
        name
        for name, value in caches.items()
        if inspect.signature(value).parameters and value.cache_parameters()["maxsize"] is None
    }
    assert unbounded <= BOUNDED_BY_THE_CODE
