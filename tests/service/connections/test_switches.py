"""Many switches under many clients of a real service: none fails, none mixes releases, nothing is left."""

import random
import threading
from collections import Counter
from itertools import repeat

import httpx
import pytest

from graph.store.releases import switch_current
from tests.kit.http.server import UNMETERED, running_server
from tests.kit.http.two_days import CSV, DAYS, HTML, PAGE, SINCE, build_two_days, copy_home, ids_of
from tests.kit.processes import PATIENCE, living, resident_bytes, wait_until

pytestmark = pytest.mark.slow

CLIENTS = 16
QUERY_PROCESSES = 7  # two for each of free queries, questions and pages, one to spare


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A home with two releases that differ in one day."""
    return build_two_days(tmp_path_factory)


@pytest.fixture
def home(built, tmp_path):
    """A copy of that home, the older release current."""
    return copy_home(built, tmp_path)


class Client(threading.Thread):
    """One who asks in many ways, over one connection, until told to stop; `faults` says what was wrong."""

    def __init__(self, address, days, stop, seed):
        super().__init__()
        self.days, self.stop, self.chance = days, stop, random.Random(seed)
        self.faults, self.seen = [], Counter()
        self.client = httpx.Client(base_url=address, timeout=PATIENCE)

    def run(self):
        with self.client:
            while not self.stop.is_set():
                ask = self.chance.choice((self.ask_rows, self.ask_page, self.ask_question))
                try:
                    answer, day = ask()
                except httpx.HTTPError as error:
                    self.faults.append(repr(error))
                    continue
                release = answer.headers["x-kembar-release"]
                self.seen[release] += 1
                if answer.status_code != 200 or day != self.days[release]:
                    self.faults.append(f"{answer.request.url}: {answer.status_code}, {release} and {day}")

    def has_seen(self, release, times):
        """Return whether so many answers came from a release, or nothing more is to be expected."""
        return bool(self.faults) or self.seen[release] >= times

    def ask_rows(self):
        query = f"{SINCE} # {self.chance.random()}"
        answer = self.client.get("/sparql", params={"query": query}, headers=CSV)
        return answer, answer.text.split()[-1]

    def ask_question(self):
        answer = self.client.get("/queries/agreements-timeline.csv?city=Surabaya")
        return answer, next((day for day in self.days.values() if day in answer.text), None)

    def ask_page(self):
        answer = self.client.get(PAGE, headers=HTML)
        releases = {name for name in self.days if name in answer.text}
        days = {day for day in self.days.values() if day in answer.text}
        if releases != {answer.headers["x-kembar-release"]} or len(days) != 1:
            return answer, f"a page of {releases} with {days}"
        return answer, days.pop()


def switch_under(clients, home, times):
    """Switch to the second release, the first, and so on, each when every client has seen the one before."""
    for number in range(1, times + 1):
        new = ids_of(home)[number % 2]
        enough = [client.seen[new] + 3 for client in clients]
        switch_current(home, new)
        wait_until(lambda new=new, enough=enough: all(map(Client.has_seen, clients, repeat(new), enough)))


@pytest.mark.parametrize("processes", [1, 2])
def test_sixteen_clients_notice_nothing_of_many_switches(home, processes):
    days = dict(zip(ids_of(home), DAYS, strict=True))
    with running_server(home, workers=2, queue=64, processes=processes, **UNMETERED) as server:
        stop = threading.Event()
        clients = [Client(server.address, days, stop, seed) for seed in range(CLIENTS)]
        for client in clients:
            client.start()
        switch_under(clients, home, times=2)
        wait_until(lambda: len(server.query_pids()) == QUERY_PROCESSES)
        memory = resident_bytes(server.all_pids())  # with what serving either release loads for good
        switch_under(clients, home, times=8)
        stop.set()
        for client in clients:
            client.join()
        assert [fault for client in clients for fault in client.faults] == []
        wait_until(lambda: len(server.query_pids()) == QUERY_PROCESSES)
        assert resident_bytes(server.all_pids()) < memory + processes * (100 << 20)
        pids = server.all_pids()
    assert living(pids) == set()
