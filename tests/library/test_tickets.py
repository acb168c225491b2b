"""Tickets in a database: who may take which, in which order, and what becomes of the left ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text

from interhuman.errors import LibraryError
from interhuman.library import ticket_tables
from interhuman.library.engine import open_engine
from interhuman.library.library import Library
from interhuman.library.ticket_tables import install
from interhuman.library.tickets import Ticket, Tickets
from interhuman.library.workers import ALIVE_FOR
from tests.library.conftest import PostgresServer
from tests.processes import wait_until

MakeTickets = Callable[..., Tickets]
ACCOUNT, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def engine(postgres: PostgresServer) -> Iterator[Engine]:
    engine = open_engine(postgres.new_database())
    yield engine
    engine.dispose()


@pytest.fixture
def make_tickets(engine: Engine) -> Iterator[MakeTickets]:
    """Make tickets that are closed after the test."""
    made: list[Tickets] = []

    def make(on_news: Callable[[], None] = lambda: None, on: Engine = engine) -> Tickets:
        made.append(Tickets(on, on_news=on_news))
        made[-1].open()
        return made[-1]

    yield make
    for one in made:
        one.close()


def take_all(tickets: Tickets, *accounts: str) -> list[str]:
    """Take every ticket there is for a process, and return the ids in their order."""
    found: list[Ticket] = []
    while (ticket := tickets.take(accounts or [ACCOUNT])) is not None:
        found.append(ticket)
    return [ticket.id for ticket in found]


def jobs_in(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one())


def make_stale(engine: Engine) -> None:
    """Have every process seem to have ended."""
    ago_s = 2 * ALIVE_FOR.total_seconds()
    stale = "UPDATE procrastinate_workers SET last_heartbeat = now() - make_interval(secs => :ago)"
    with engine.begin() as connection:
        connection.execute(text(stale), {"ago": ago_s})


def test_the_tables_are_made_once_without_special_rights_by_any_number_at_once(
    postgres: PostgresServer, engine: Engine
) -> None:
    name = str(engine.url.query["options"]).partition("=")[2]
    with engine.begin() as connection:
        connection.execute(text(f"CREATE ROLE {name}_role LOGIN NOSUPERUSER"))
        connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA {name} TO {name}_role"))
    url = engine.url.set(username=f"{name}_role").render_as_string(hide_password=False)
    plain = open_engine(url)
    assert Library(plain, owner="coach").notice is None
    failed: list[Exception] = []

    def try_to_install() -> None:
        try:
            install(plain)
        except LibraryError as error:
            failed.append(error)

    threads = [threading.Thread(target=try_to_install) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    tickets = Tickets(plain, on_news=lambda: None)
    tickets.open()
    tickets.offer("ann", ACCOUNT, ["1"], mine=())
    install(plain)
    assert take_all(tickets) == ["1"]
    tickets.close()
    plain.dispose()


def test_tables_of_an_earlier_procrastinate_are_named_with_what_to_do(engine: Engine) -> None:
    install(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP FUNCTION procrastinate_fetch_job_v2"))
    with pytest.raises(LibraryError, match="another version of procrastinate") as caught:
        Tickets(engine, on_news=lambda: None).open()
    folder = str(caught.value).partition("(the files in ")[2].partition(")")[0]
    assert list(Path(folder).glob("*.sql"))


def test_a_ticket_is_taken_once_and_only_for_its_account(make_tickets: MakeTickets) -> None:
    one, other = make_tickets(), make_tickets()
    one.offer("ann", ACCOUNT, ["1", "2"], mine=())
    one.offer("ann", ACCOUNT, ["1", "2", "3"], mine=())
    assert take_all(other, OTHER) == []
    taken = [tickets.take([OTHER, ACCOUNT]) for tickets in (one, other, one, other)]
    assert [ticket.id for ticket in taken if ticket is not None] == ["1", "2", "3"]


def test_owners_take_turns(make_tickets: MakeTickets) -> None:
    tickets = make_tickets()
    tickets.offer("ann", ACCOUNT, [f"ann {n}" for n in range(6)], mine=())
    for _ in range(2):
        tickets.take([ACCOUNT])
    tickets.offer("ben", ACCOUNT, ["ben 0", "ben 1"], mine=())
    tickets.offer("ann", ACCOUNT, ["ann 6"], mine=())
    assert take_all(tickets) == [
        *("ann 2", "ben 0", "ann 3", "ben 1"),
        *("ann 4", "ann 5", "ann 6"),
    ]


def test_what_only_one_process_can_do_only_that_takes(make_tickets: MakeTickets) -> None:
    one, other = make_tickets(), make_tickets()
    one.offer("ann", ACCOUNT, ["1", "2"], mine={"1"})
    assert take_all(other) == ["2"]
    assert take_all(one) == ["1"]


def test_a_ticket_that_is_given_back_is_another_s_after_a_while(
    engine: Engine, make_tickets: MakeTickets
) -> None:
    one, other = make_tickets(), make_tickets()
    one.offer("ann", ACCOUNT, ["1", "2"], mine=())
    first, second = one.take([ACCOUNT]), one.take([ACCOUNT])
    assert first is not None
    assert second is not None
    one.give_back(first, after_s=0)
    one.give_back(second, after_s=60)
    assert take_all(other) == ["1"]
    one.finish(first)
    assert jobs_in(engine) == 1


def test_a_ticket_that_was_made_again_meanwhile_is_not_given_back(
    engine: Engine, make_tickets: MakeTickets
) -> None:
    tickets = make_tickets()
    tickets.offer("ann", ACCOUNT, ["1"], mine=())
    ticket = tickets.take([ACCOUNT])
    assert ticket is not None
    tickets.offer("ann", ACCOUNT, ["1"], mine=())
    tickets.give_back(ticket, after_s=0)
    assert jobs_in(engine) == 1
    assert take_all(tickets) == ["1"]


def test_what_an_ended_process_took_or_had_for_itself_is_cleared_up(
    engine: Engine, make_tickets: MakeTickets, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = make_tickets()
    ended.offer("ann", ACCOUNT, ["taken", "its own"], mine={"its own"})
    assert ended.take([ACCOUNT]) is not None
    make_stale(engine)
    other = make_tickets()
    other.clear_up()
    assert jobs_in(engine) == 2, "it can't know yet who lives"
    monkeypatch.setattr(other, "_beats_since_s", float("-inf"))
    other.clear_up()
    assert jobs_in(engine) == 0
    other.offer("ann", ACCOUNT, ["taken", "its own"], mine=())
    assert take_all(other) == ["taken", "its own"]
    ended.offer("ann", ACCOUNT, ["later"], mine=())
    assert take_all(ended) == ["later"], "it lived after all"


def test_processes_hear_of_new_tickets(make_tickets: MakeTickets) -> None:
    heard = threading.Event()
    listener = make_tickets(heard.set)
    assert listener.listens
    teller = make_tickets()
    numbers = iter(range(10_000))

    def is_heard() -> bool:
        teller.offer("ann", ACCOUNT, [str(next(numbers))], mine=())
        return heard.is_set()

    wait_until(is_heard)


def test_behind_a_pooler_nobody_listens_and_nothing_is_prepared(
    postgres: PostgresServer, make_tickets: MakeTickets
) -> None:
    url = make_url(postgres.new_database()).update_query_dict({"pgbouncer": "true"})
    pooled = open_engine(url.render_as_string(hide_password=False))
    tickets = make_tickets(on=pooled)
    assert not tickets.listens
    for number in range(10):
        tickets.offer("ann", ACCOUNT, [str(number)], mine=())
    assert len(take_all(tickets)) == 10
    prepared = tickets._run(  # What a connection has prepared, only it can tell.
        tickets._jobs.connector.execute_query_one_async(
            "SELECT count(*) AS number FROM pg_prepared_statements"
        )
    )
    assert prepared == {"number": 0}
    pooled.dispose()


def test_a_database_that_is_away_is_an_error_of_the_library(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_tables, "_CONNECT_TIMEOUT_S", 0.2)
    install(engine)
    monkeypatch.setattr(ticket_tables, "conninfo_of", lambda _: "host=127.0.0.1 port=1")
    tickets = Tickets(engine, on_news=lambda: None)
    with pytest.raises(LibraryError, match="can't be reached"):
        tickets.open()
    with pytest.raises(LibraryError):
        tickets.take([ACCOUNT])
    tickets.close()
