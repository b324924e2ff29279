"""Facts of many rows: both stores say what a plain look at all of them says, in memory and on disk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from random import Random

import pytest

from karabakh_data.validation.large.facts import DIGEST, Facts, Frames, Rows, digests
from karabakh_data.validation.large.parts import COLUMNS, Kind, Place

pl = pytest.importorskip("polars")


class Ahead(Frames):
    """Looks ahead before it is asked."""

    def repeated(self, kind: Kind) -> Iterator[list[Place]]:
        self.look_ahead()
        return super().repeated(kind)

    def missing(self) -> Iterator[tuple[int, Place]]:
        self.look_ahead()
        return super().missing()

    def circles(self) -> Iterator[Place]:
        self.look_ahead()
        return super().circles()


STORES: dict[str, Callable[[], Facts]] = {
    "SQLite": Rows,
    "frames": Frames,
    "frames that look ahead": Ahead,
    "frames on disk that look ahead": lambda: Ahead(held=7),
    "frames on disk": lambda: Frames(held=7),
    "frames of one row on disk": lambda: Frames(held=1),
}


@pytest.fixture(params=STORES.values(), ids=STORES)
def facts(request: pytest.FixtureRequest) -> Facts:
    """An empty store of each kind."""
    made: Facts = request.param()
    return made


Row = tuple[int, ...]


def add(facts: Facts, kind: Kind, rows: list[Row], random: Random) -> None:
    """Add rows in pieces: as tuples, and where the store takes them as frames."""
    rest = list(rows)
    while rest:
        count = random.randint(1, len(rest))
        piece, rest = rest[:count], rest[count:]
        if isinstance(facts, Frames) and random.random() < 0.5:
            frame = pl.DataFrame(piece, schema=dict.fromkeys(COLUMNS[kind], pl.UInt64), orient="row")
            facts.add(kind, frame.with_columns(other=pl.lit("not of the fact")))
        else:
            facts.add(kind, piece)


def places(random: Random, count: int) -> list[Place]:
    """Places in the order of the input, with large offsets and lines among them."""
    return [
        Place.of(at // 5, random.choice([at, (1 << 39) + at]), random.choice([at, 1 << 31]), at % 5 + 1)
        for at in range(count)
    ]


def some(random: Random, most: int) -> list[Row]:
    """Rows with a digest, some of them the same."""
    near = [random.choice([number, DIGEST - number, 1 << 62]) for number in range(12)]
    return [(random.choice(near), *place) for place in places(random, random.randint(0, most))]


@pytest.mark.parametrize("seed", range(12))
def test_places_that_share_a_digest(facts: Facts, seed: int) -> None:
    random = Random(seed)
    rows = some(random, 40)
    add(facts, Kind.KEYS, rows, random)
    groups = defaultdict(list)
    for digest, *place in sorted(rows, key=lambda row: row[1]):
        groups[digest].append(Place(*place))
    expected = [group for group in groups.values() if len(group) > 1]
    assert sorted(facts.repeated(Kind.KEYS)) == sorted(expected)


@pytest.mark.parametrize("seed", range(12))
def test_references_to_no_key(facts: Facts, seed: int) -> None:
    random = Random(seed)
    keys, references = some(random, 20), some(random, 40)
    random.shuffle(references)
    add(facts, Kind.KEYS, keys, random)
    add(facts, Kind.REFERENCES, references, random)
    known = {digest for digest, *_ in keys}
    expected = sorted((row[1], row[0]) for row in references if row[0] not in known)
    assert [(place.at, digest) for digest, place in facts.missing()] == expected


@pytest.mark.parametrize("seed", range(12))
def test_holders_places_and_values(facts: Facts, seed: int) -> None:
    random = Random(seed)
    rows = some(random, 30)
    random.shuffle(rows)
    add(facts, Kind.KEYS, rows, random)
    sought = [digest for digest, *_ in some(random, 6)]
    assert set(facts.holders(sought)) == {Place(*place) for digest, *place in rows if digest in sought}
    assert list(facts.places(Kind.KEYS)) == sorted(Place(*place) for _, *place in rows)
    assert set(facts.values(Kind.KEYS)) == {digest for digest, *_ in rows}
    assert not list(facts.holders([]))
    assert not list(facts.places(Kind.BESIDE))


@pytest.mark.parametrize("kind", [Kind.PUBLISHED, Kind.ALIKE])
def test_places_alone(facts: Facts, kind: Kind) -> None:
    random = Random(kind)
    rows = [tuple(place) for place in places(random, 30)]
    random.shuffle(rows)
    add(facts, kind, rows, random)
    assert list(facts.places(kind)) == sorted(Place(*row) for row in rows)


# --- Circles -------------------------------------------------------------------------------------------------------


def on_circles(edges: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The pairs of child and parent from whose parent one can come back to the child."""
    up = defaultdict(set)
    for child, parent in edges:
        up[child].add(parent)

    def reaches(start: int, end: int) -> bool:
        seen, rest = set(), [start]
        while rest:
            one = rest.pop()
            if one == end:
                return True
            if one not in seen:
                seen.add(one)
                rest += up[one]
        return False

    return {(child, parent) for child, parent in edges if reaches(parent, child)}


def assert_circles(facts: Facts, edges: list[tuple[int, int]], random: Random) -> list[Place]:
    """What is found holds all circles, and nothing of what leads nowhere; it is given back."""
    where = places(random, len(edges))
    rows = [(*edge, *place) for edge, place in zip(edges, where, strict=True)]
    shuffled = rows.copy()
    random.shuffle(shuffled)
    add(facts, Kind.PARENTS, shuffled, random)
    found = list(facts.circles())
    circles = on_circles(edges)
    assert found == sorted(found)
    assert {Place(*row[2:]) for row in rows if row[:2] in circles} <= set(found)
    if not circles:
        assert not found
    return found


@pytest.mark.parametrize("seed", range(25))
def test_circles_of_a_few(facts: Facts, seed: int) -> None:
    random = Random(seed)
    nodes = range(random.randint(1, 12))
    assert_circles(facts, [(random.choice(nodes), random.choice(nodes)) for _ in range(random.randint(0, 15))], random)


def test_a_long_chain_is_no_circle(facts: Facts) -> None:
    chain = [(number, number + 1) for number in range(300)]
    assert not assert_circles(facts, chain, Random(1))


def test_a_circle_at_the_end_of_a_long_chain(facts: Facts) -> None:
    edges = [*((number, number + 1) for number in range(300)), (300, 301), (301, 302), (302, 300)]
    assert len(assert_circles(facts, edges, Random(2))) == 3


def test_a_long_circle(facts: Facts) -> None:
    circle = [(number, (number + 1) % 200) for number in range(200)]
    chain = [(1_000 + number, 1_001 + number) for number in range(200)]
    assert len(assert_circles(facts, circle + chain, Random(3))) == 200


def test_a_circle_of_one_column_beside_another_parent(facts: Facts) -> None:
    """A ceasefire may renew one and take the place of another; a long chain makes the circles be walked."""
    chain = [(number, number + 1) for number in range(300)]
    edges = [(500, 501), (501, 500), (500, 0), (501, 7)]
    found = assert_circles(facts, [*chain, *edges], Random(4))
    assert len(found) == 2


def test_rows_with_one_key_and_different_parents(facts: Facts) -> None:
    chain = [(number, number + 1) for number in range(100)]
    assert len(assert_circles(facts, [*chain, (600, 0), (600, 601), (601, 600), (600, 50)], Random(5))) == 2


def test_long_chains_are_followed_once(facts: Facts) -> None:
    """Not once for each of their ends: tens of thousands of rounds would never end."""
    if isinstance(facts, Frames) and facts._most[Kind.PARENTS] < 100:
        pytest.skip("a file for each few rows would take longer than the chains")
    edges = [(number, number + 1, 1 << 40, number) for number in range(30_000)]
    Random(6).shuffle(edges)
    facts.add(Kind.PARENTS, edges)
    assert not list(facts.circles())


# --- Digests -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("framed", [False, True])
def test_digests_tell_texts_apart(framed: bool) -> None:
    texts = ["", "a", "b", "A", "é", "e\u0301", "a" * 1_000, "\0"]
    found = digests(texts, 7, framed=framed)
    assert len(set(found)) == len(texts)
    assert all(0 <= one <= DIGEST for one in found)
    assert found == digests(texts, 7, framed=framed)
    assert set(found).isdisjoint(digests(texts, 8, framed=framed))
    assert [digests([text], 7, framed=framed)[0] for text in texts] == found


def test_what_is_added_counts_though_it_was_looked_for_before() -> None:
    facts = Frames()
    facts.add(Kind.CONTENTS, [(1, *Place.of(0, 0, 1, 1)), (2, *Place.of(0, 9, 2, 2))])
    facts.look_ahead()
    facts.add(Kind.CONTENTS, [(2, *Place.of(0, 18, 3, 3))])
    assert [[place.row for place in group] for group in facts.repeated(Kind.CONTENTS)] == [[2, 3]]
