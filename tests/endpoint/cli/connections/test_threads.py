"""Threads are shared: a client holds as many as are left for others, and has its turn."""

import threading
from dataclasses import dataclass, field

import pytest

from endpoint.cli.connections.threads import FairThreads
from tests.kit.processes import PATIENCE, wait_until


@dataclass(eq=False)
class Task:
    client: str
    log: list[str]
    may_end: threading.Event = field(default_factory=threading.Event)

    def service(self) -> None:
        self.log.append(self.client)
        assert self.may_end.wait(PATIENCE)


def fair(count: int) -> FairThreads:
    return FairThreads(count, lambda task: task.client, "test")


@pytest.fixture
def log():
    return []


def test_one_client_gets_half_of_the_threads_and_the_next_one_still_has_some(log):
    threads = fair(8)
    many, one = [Task("many", log) for _ in range(20)], Task("one", log)
    for task in many:
        threads.add_task(task)
    wait_until(lambda: len(log) == 4)
    threads.add_task(one)
    wait_until(lambda: "one" in log)
    assert log == ["many"] * 4 + ["one"]
    for task in [one, *many]:
        task.may_end.set()
    wait_until(lambda: len(log) == 21)


def test_clients_have_their_turns_each_with_its_oldest_task_first(log):
    threads = fair(1)
    first = Task("first", log)
    threads.add_task(first)
    wait_until(lambda: log == ["first"])
    rest = [Task(client, log) for client in ["a", "a", "a", "b", "c", "b"]]
    for task in rest:
        task.may_end.set()
        threads.add_task(task)
    first.may_end.set()
    wait_until(lambda: len(log) == 7)
    assert log[1:] == ["a", "b", "c", "a", "b", "a"]


def test_a_task_that_breaks_takes_no_thread_with_it(log):
    class Broken:
        client = "a"

        def service(self):
            raise ValueError

    threads = fair(1)
    for _ in range(3):
        threads.add_task(Broken())
    task = Task("a", log)
    task.may_end.set()
    threads.add_task(task)
    wait_until(lambda: log == ["a"])


def test_every_task_is_done_though_all_come_at_once(log):
    threads = fair(16)
    tasks = [Task(f"client {number % 7}", log) for number in range(500)]
    for task in tasks:
        task.may_end.set()
        threads.add_task(task)
    wait_until(lambda: len(log) == 500)
    assert not threads._waiting
    wait_until(lambda: not threads._running)
