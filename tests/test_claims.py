"""How claims stand to each other: the published rules, case by case, and their fairness to both sides."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karabakh_data import load
from karabakh_data.claims import Standing, camps, standing, withdrawals, withdrawn
from karabakh_data.models import Actor, Statement
from karabakh_data.vocabulary import AttributionStatus, OccurrenceStatus, Side

TYPES = {
    "state": "state",
    "authority": "de_facto_authority",
    "forces": "state_armed_forces",
    "armed group": "non_state_armed_group",
    "unattributed": "unattributed",
    "organ": "government_body",
}
WORKED = json.loads((Path(__file__).parent / "claim_cases.json").read_text(encoding="utf-8"))
CAST = WORKED["actors"] | {"AZEpress": "organ, side azerbaijani", "anonAZE": "unattributed, side azerbaijani"}
MIRROR = {"ARM": "AZE", "NKRforces": "AZEforces", "NKR": "AZEpress", "anonARM": "anonAZE"}


def actor_id(name: str) -> str:
    return f"actor-{name.lower()}"


def ids(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(actor_id, names))


def cast(name: str, words: str) -> Actor:
    actor_type, _, side = words.partition(", side ")
    return Actor.model_validate(
        {"actor_id": actor_id(name), "name": name, "actor_type": TYPES[actor_type], "side": side, "description": "One."}
    )


ACTORS = {actor_id(name): cast(name, words) for name, words in CAST.items()}


def claim(
    *speakers: str,
    stance: str = "affirms",
    accused: Iterable[str] = (),
    relayed_by: Iterable[str] = (),
    on_behalf_of: Iterable[str] = (),
    said: str = "2020-10-10",
    name: str = "a",
    act: str | None = None,
    retracts: str | None = None,
    topics: Iterable[str] = ("casualties",),
    ceasefires: Iterable[str] = (),
) -> Statement:
    """A statement about one incident."""
    plain = "accuse" if accused else "deny" if stance.startswith("denies") else "assert"
    return Statement.model_validate(
        {
            "statement_id": f"statement-{name}",
            "occasion_id": "occasion-a",
            "speaker_ids": ids(speakers),
            "on_behalf_of_ids": ids(on_behalf_of),
            "relayed_by_ids": ids(relayed_by),
            "speech_act": "retract" if retracts else act or plain,
            "topics": tuple(topics),
            "said": said,
            "incident_ids": ("incident-a",),
            "stance": stance,
            "accused_ids": ids(accused),
            "ceasefire_ids": tuple(ceasefires),
            "responds_to_id": f"statement-{retracts}" if retracts else None,
            "figure_of": "deaths" if act == "report_figures" else None,
            "figure_words": "dozens" if act == "report_figures" else None,
            "summary": "What was said.",
            "source_ids": ("source-a",),
        }
    )


def stand(*claims: Statement) -> Standing:
    return standing(claims, ACTORS, withdrawn(claims))


def occurrence(*claims: Statement) -> OccurrenceStatus:
    return stand(*claims).occurrence_status


def attribution(*claims: Statement) -> AttributionStatus:
    return stand(*claims).attribution_status


ARMENIAN, AZERBAIJANI, UNNAMED, RUSSIA = "armenian", "azerbaijani", "unattributed", actor_id("RUS")
EARLIER, LATER, OPEN = "2020-10-10", "2020-10-11", "2020-10"


# --- The worked cases ----------------------------------------------------------------------------------------------


def worked(row: dict[str, Any]) -> Statement:
    return claim(
        *row["speakers"],
        stance=row["stance"],
        accused=row["accused"],
        relayed_by=row["relayed_by"],
        on_behalf_of=[name for name in row["on_behalf_of"] if name not in row["speakers"]],
        said=f"2020-10-{10 + row['said_order']}",
        name=row["statement"],
        act=row["speech_act"],
        retracts=row["retracts"],
    )


@pytest.mark.parametrize("case", WORKED["cases"], ids=lambda case: case["case"])
def test_a_worked_case_stands_as_given(case: dict[str, Any]) -> None:
    found = stand(*map(worked, case["statements"]))
    assert found.occurrence_status == case["occurrence_status"]
    assert found.attribution_status == case["attribution_status"]


def test_the_worked_cases_are_22_and_show_both_columns() -> None:
    assert len(WORKED["cases"]) == 22
    assert {case["attribution_status"] for case in WORKED["cases"]} == set(AttributionStatus) - {"disputed"}
    assert {case["occurrence_status"] for case in WORKED["cases"]} == set(OccurrenceStatus) - {"one_side_and_outside"}


# --- Camps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (claim("ARM"), [ARMENIAN]),
        (claim("NKRforces"), [ARMENIAN]),
        (claim("RUS"), [RUSSIA]),
        (claim("anon"), [UNNAMED]),
        (claim("anonARM"), [UNNAMED]),
        (claim("ARM", on_behalf_of=["AZE"]), [ARMENIAN]),
        (claim("RUS", on_behalf_of=["ARM", "AZE"]), [RUSSIA]),
        (claim("ARM", relayed_by=["AZEpress"]), [AZERBAIJANI]),
        (claim("ARM", relayed_by=["RUS", "AZEpress"]), [AZERBAIJANI]),
        (claim("ARM", relayed_by=["NKR"]), [ARMENIAN]),
        (claim("ARM", relayed_by=["RUS"]), [ARMENIAN]),
        (claim("RUS", relayed_by=["AZEpress"]), [RUSSIA]),
        (claim("ARM", "AZE", "RUS"), [ARMENIAN, AZERBAIJANI, RUSSIA]),
        (claim("ARM", "NKR", "NKRforces"), [ARMENIAN]),
    ],
    ids=["state", "forces", "outsider", "unnamed", "unnamed on a side", "principal of the other side", "mediator",
         "known through the other side", "known in the end through the other side", "known through its own side",
         "known through an outsider", "outsider known through a side", "joint", "several of one side"],
)  # fmt: skip
def test_a_camp_is_a_side_or_an_outsider_or_the_unnamed(statement: Statement, expected: list[str]) -> None:
    assert list(camps(statement, ACTORS)) == expected


def test_a_confession_known_only_through_the_accuser_is_the_accuser_s_claim() -> None:
    found = stand(claim("ARM", accused=["ARM"], act="acknowledge", relayed_by=["AZEpress"]))
    assert (found.affirmed_by, found.occurrence_status) == ((AZERBAIJANI,), "one_side")
    assert found.attribution_status == "one_way"


def test_a_joint_statement_counts_for_each_camp_that_makes_it() -> None:
    found = stand(claim("ARM", "RUS"), claim("AZE", stance="denies_occurrence", name="b"))
    assert (found.affirmed_by, found.denied_by) == ((ARMENIAN, RUSSIA), (AZERBAIJANI,))
    assert found.occurrence_status == "contested"


def test_camps_are_listed_sides_first_then_outsiders_then_the_unnamed() -> None:
    found = stand(claim("anon", "USA", "AZE", "RUS", "ARM"))
    assert found.affirmed_by == (ARMENIAN, AZERBAIJANI, RUSSIA, actor_id("USA"), UNNAMED)


# --- Occurrence ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("speakers", "status"),
    [
        (["ARM"], "one_side"),
        (["ARM", "NKR"], "one_side"),
        (["ARM", "anon"], "one_side"),
        (["ARM", "RUS"], "one_side_and_outside"),
        (["ARM", "AZE"], "both_sides"),
        (["ARM", "AZE", "RUS"], "both_sides"),
        (["RUS"], "outside"),
        (["RUS", "anon"], "outside"),
        (["anon", "anonARM"], "unattributed"),
        ([], "narrated"),
    ],
)
@pytest.mark.parametrize("stance", ["affirms", "presupposes"])
def test_occurrence_says_who_affirms_it(speakers: list[str], status: str, stance: str) -> None:
    assert occurrence(*(claim(name, stance=stance, name=str(n)) for n, name in enumerate(speakers))) == status


def test_a_denial_of_blame_leaves_the_occurrence_open() -> None:
    assert stand(claim("ARM", stance="denies_blame")).denied_by == ()
    assert occurrence(claim("ARM", stance="denies_blame")) == "narrated"
    assert occurrence(claim("AZE"), claim("ARM", stance="denies_blame", name="b")) == "one_side"


def test_one_camp_alone_contests_nothing() -> None:
    found = stand(claim("ARM", said=OPEN), claim("NKR", stance="denies_occurrence", said=OPEN, name="b"))
    assert (found.affirmed_by, found.denied_by) == ((ARMENIAN,), (ARMENIAN,))
    assert found.occurrence_status == "one_side"


# --- Attribution ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ([claim("ARM", accused=["AZE"]), claim("AZE", accused=["ARM"], name="b")], "disputed"),
        ([claim("ARM", accused=["AZE"]), claim("RUS", accused=["ARM"], name="b")], "disputed"),
        ([claim("ARM", accused=["TUR"]), claim("AZE", accused=["MERC"], name="b")], "disputed"),
        ([claim("ARM", accused=["AZE"]), claim("RUS", accused=["AZEforces"], name="b")], "one_way"),
        ([claim("ARM", accused=["AZE"]), claim("RUS", accused=["AZE", "ARM"], name="b")], "one_way"),
        ([claim("ARM", accused=["AZE"]), claim("AZE", stance="denies_blame", name="b")], "rejected"),
        ([claim("RUS", accused=["TUR"]), claim("TUR", stance="denies_blame", name="b")], "rejected"),
        ([claim("ARM", accused=["AZE"]), claim("AZE", stance="denies_blame", accused=["ARM"], name="b")], "disputed"),
        ([claim("ARM", accused=["AZE"]), claim("TUR", stance="denies_blame", name="b")], "one_way"),
        ([claim("AZE", accused=["AZEforces"], act="acknowledge")], "accepted"),
        ([claim("TUR", accused=["TUR"], act="acknowledge")], "accepted"),
        ([claim("ARM"), claim("AZE", name="b")], "none"),
    ],
)
def test_attribution_compares_blame_by_side(claims: list[Statement], status: str) -> None:
    assert attribution(*claims) == status


def test_everyone_accused_by_a_counted_statement_is_named_once_and_as_accused() -> None:
    found = stand(
        claim("ARM", accused=["AZEforces"]),
        claim("NKR", accused=["AZE", "AZEforces"], name="b"),
        claim("RUS", accused=["TUR"], stance="mentions", name="c"),
    )
    assert found.blamed_ids == ids(["AZEforces", "AZE"])


def test_who_denies_that_it_happened_blames_nobody_for_it() -> None:
    found = stand(claim("ARM", stance="denies_occurrence", accused=["AZE"]))
    assert (found.blamed_ids, found.attribution_status) == ((), "none")


# --- What does not count -------------------------------------------------------------------------------------------


def test_a_mention_counts_nowhere() -> None:
    mention = claim(
        "ARM", stance="mentions", accused=["AZE"], topics=["ceasefire_violation"], ceasefires=["ceasefire-a"]
    )
    assert stand(mention) == stand()


def test_a_withdrawn_statement_counts_nowhere() -> None:
    assert stand(
        claim("ARM", accused=["AZE"], topics=["ceasefire_violation"], ceasefires=["ceasefire-a"]),
        claim("ARM", stance="mentions", retracts="a", said=LATER, name="b"),
    ) == stand()  # fmt: skip


@pytest.mark.parametrize(("said", "gone"), [(LATER, True), (EARLIER, True), (OPEN, True), ("2020-10-09", False)])
def test_a_retraction_withdraws_unless_it_was_certainly_earlier(said: str, gone: bool) -> None:
    claims = [claim("ARM", said=EARLIER), claim("ARM", stance="mentions", retracts="a", said=said, name="b")]
    assert withdrawn(claims) == ({"statement-a"} if gone else set())


@pytest.mark.parametrize("names", ["abcd", "dcba", "bdac"])
@pytest.mark.parametrize(
    "days",
    [["2020-10-10", "2020-10-11", "2020-10-12", "2020-10-13"], ["2020-10-10"] * 4, ["2020-10"] * 4,
     ["2020-10-10", "2020-10", "[..2020-10-12]", "[..2020-10-31]"]],
    ids=["day after day", "one day", "one month", "open order"],
)  # fmt: skip
def test_a_withdrawn_retraction_withdraws_nothing(days: list[str], names: str) -> None:
    first, second, third, fourth = names
    claims = [
        claim("ARM", said=days[0], name=first),
        claim("ARM", said=days[1], name=second, retracts=first, stance="mentions"),
        claim("ARM", said=days[2], name=third, retracts=second, stance="mentions"),
        claim("ARM", said=days[3], name=fourth, retracts=third, stance="mentions"),
    ]
    for order in (claims, claims[::-1]):
        assert withdrawn(order) == {f"statement-{first}", f"statement-{third}"}
    assert withdrawn(claims[:3]) == {f"statement-{second}"}
    assert withdrawn(claims[:2]) == {f"statement-{first}"}


def test_one_sound_retraction_of_two_is_enough() -> None:
    claims = [
        claim("ARM", name="a"),
        claim("ARM", name="b", retracts="a", stance="mentions"),
        claim("ARM", name="c", retracts="b", stance="mentions"),
        claim("ARM", name="d", retracts="a", stance="mentions"),
    ]
    assert withdrawn(claims) == {"statement-a", "statement-b"}


def test_a_retraction_that_was_certainly_earlier_or_is_withdrawn_is_not_named_among_those_that_withdraw() -> None:
    claims = [
        claim("ARM", said="2020-10-10", name="a"),
        claim("ARM", said="2020-10-09", name="b", retracts="a", stance="mentions"),
        claim("ARM", said="2020-10-11", name="c", retracts="a", stance="mentions"),
        claim("ARM", said="2020-10-12", name="d", retracts="c", stance="mentions"),
        claim("ARM", said="2020-10-13", name="e", retracts="a", stance="mentions"),
    ]
    assert withdrawals(claims) == {"statement-a": ("statement-e",), "statement-c": ("statement-d",)}


def test_only_a_retraction_withdraws_and_only_what_is_at_hand() -> None:
    answer = claim("ARM", name="b").model_copy(update={"responds_to_id": "statement-a"})
    assert withdrawn([claim("ARM"), answer, claim("ARM", name="c", retracts="elsewhere")]) == set()


def test_retractions_in_a_circle_withdraw_nothing() -> None:
    circle = [claim("ARM", name=name, retracts=other) for name, other in ("ab", "bc", "ca")]
    assert withdrawn(circle) == set()


# --- Self-contradiction --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("affirmed", "denied", "camp_affirms", "camp_denies"),
    [
        (EARLIER, LATER, False, True),
        (LATER, EARLIER, True, False),
        (EARLIER, EARLIER, True, True),
        (EARLIER, OPEN, True, True),
        ("[..2020-10-09]", EARLIER, False, True),
        ("2020-10-10/..", LATER, True, True),
    ],
)
def test_a_camp_that_contradicts_itself_is_taken_at_its_latest_or_at_both(
    affirmed: str, denied: str, camp_affirms: bool, camp_denies: bool
) -> None:
    found = stand(claim("ARM", said=affirmed), claim("NKR", said=denied, stance="denies_occurrence", name="b"))
    assert found.affirmed_by == ((ARMENIAN,) if camp_affirms else ())
    assert found.denied_by == ((ARMENIAN,) if camp_denies else ())


def test_each_outsider_contradicts_only_itself() -> None:
    found = stand(claim("RUS", said=EARLIER), claim("USA", said=LATER, stance="denies_occurrence", name="b"))
    assert found.occurrence_status == "contested"


def test_a_joint_statement_is_overtaken_only_for_the_camp_that_contradicts_it() -> None:
    found = stand(claim("ARM", "AZE", said=EARLIER), claim("ARM", said=LATER, stance="denies_occurrence", name="b"))
    assert (found.affirmed_by, found.denied_by) == ((AZERBAIJANI,), (ARMENIAN,))
    assert found.occurrence_status == "contested"


def test_blame_falls_with_the_claim_that_its_camp_took_back() -> None:
    found = stand(
        claim("ARM", accused=["AZE"], said=EARLIER), claim("ARM", stance="denies_occurrence", said=LATER, name="b")
    )
    assert (found.blamed_ids, found.occurrence_status) == ((), "denial_only")


@pytest.mark.parametrize(
    ("owned", "refused", "status"),
    [(EARLIER, LATER, "rejected"), (LATER, EARLIER, "accepted"), (OPEN, LATER, "rejected")],
)
def test_who_owns_and_refuses_blame_is_taken_at_the_latest(owned: str, refused: str, status: str) -> None:
    claims = [
        claim("ARM", accused=["AZE"]),
        claim("AZE", accused=["AZEforces"], act="acknowledge", said=owned, name="b"),
        claim("AZE", stance="denies_blame", said=refused, name="c"),
    ]
    assert attribution(*claims) == status


def test_blame_that_a_camp_takes_back_from_itself_is_gone() -> None:
    owned = claim("AZE", accused=["AZEforces"], act="acknowledge", said=EARLIER)
    found = stand(owned, claim("AZE", stance="denies_blame", said=LATER, name="b"))
    assert (found.blamed_ids, found.attribution_status, found.occurrence_status) == ((), "none", "one_side")


def test_a_withdrawn_contradiction_is_none() -> None:
    claims = [
        claim("ARM", said=EARLIER),
        claim("ARM", stance="denies_occurrence", said=LATER, name="b"),
        claim("ARM", stance="mentions", retracts="b", said=LATER, name="c"),
    ]
    assert occurrence(*claims) == "one_side"


# --- Alleged breaches ----------------------------------------------------------------------------------------------

BREACH: dict[str, Any] = {"topics": ["ceasefire_violation"], "ceasefires": ["ceasefire-a", "ceasefire-b"]}


@pytest.mark.parametrize("stance", ["affirms", "presupposes"])
def test_a_claim_of_a_violation_names_the_ceasefires_it_is_said_to_breach(stance: str) -> None:
    found = stand(claim("ARM", stance=stance, **BREACH), claim("AZE", stance=stance, name="b", **BREACH))
    assert found.alleged_breach_of_ids == ("ceasefire-a", "ceasefire-b")


@pytest.mark.parametrize("stance", ["denies_occurrence", "denies_blame", "mentions"])
def test_a_denial_or_mention_alleges_no_breach(stance: str) -> None:
    assert stand(claim("ARM", stance=stance, **BREACH)).alleged_breach_of_ids == ()


def test_a_claim_on_another_topic_alleges_no_breach() -> None:
    assert stand(claim("ARM", **BREACH | {"topics": ["ceasefire"]})).alleged_breach_of_ids == ()


# --- Fairness, over any claims -------------------------------------------------------------------------------------

SIDED = [*MIRROR, *MIRROR.values()]
OTHERS = ["RUS", "TUR", "MERC", "anon"]
SWAP = {actor_id(a): actor_id(b) for one, two in MIRROR.items() for a, b in ((one, two), (two, one))}
names = st.sampled_from([*SIDED, *OTHERS])
several = st.lists(names, max_size=2, unique=True)


@st.composite
def claim_sets(draw: st.DrawFn) -> list[Statement]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        speakers = draw(st.lists(names, min_size=1, max_size=3, unique=True))
        earlier = [statement.statement_id.removeprefix("statement-") for statement in found]
        found.append(
            claim(
                *speakers,
                stance=draw(st.sampled_from(["affirms", "affirms", "denies_occurrence", "denies_blame", "mentions"])),
                accused=draw(several),
                relayed_by=[name for name in draw(several) if name not in speakers],
                said=draw(st.sampled_from(["2020-10-10", "2020-10-11", "2020-10", "[..2020-10-10]"])),
                name=str(number),
                retracts=draw(st.none() | st.none() | st.sampled_from(earlier)) if earlier else None,
                topics=draw(st.sampled_from([["ceasefire_violation"], ["casualties"]])),
                ceasefires=draw(st.sampled_from([[], ["ceasefire-a"]])),
            )
        )
    return found


def swapped(statement: Statement) -> Statement:
    """The statement with each actor's counterpart on the other side in its place."""
    lists = ("speaker_ids", "accused_ids", "relayed_by_ids")
    return statement.model_copy(update={name: mirrored(getattr(statement, name)) for name in lists})


def mirrored(actor_ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(SWAP.get(one, one) for one in actor_ids)


def crossed(found: tuple[str, ...]) -> set[str]:
    """The camps with the two sides swapped."""
    return {{ARMENIAN: AZERBAIJANI, AZERBAIJANI: ARMENIAN}.get(camp, camp) for camp in found}


def assert_fair(before: Standing, after: Standing) -> None:
    assert after.occurrence_status is before.occurrence_status
    assert after.attribution_status is before.attribution_status
    assert set(after.affirmed_by) == crossed(before.affirmed_by)
    assert set(after.denied_by) == crossed(before.denied_by)
    assert after.alleged_breach_of_ids == before.alleged_breach_of_ids


def test_the_cast_has_a_counterpart_for_everyone_on_a_side() -> None:
    for one, two in SWAP.items():
        assert crossed((ACTORS[one].side,)) == {ACTORS[two].side}
        assert (ACTORS[one].actor_type == "unattributed") == (ACTORS[two].actor_type == "unattributed")
    assert all(ACTORS[actor_id(name)].side is Side.NONE for name in OTHERS)


often = settings(max_examples=150, deadline=None)


@often
@given(claim_sets())
def test_swapping_the_sides_swaps_the_camps_and_leaves_both_statuses(claims: list[Statement]) -> None:
    before, after = stand(*claims), stand(*map(swapped, claims))
    assert_fair(before, after)
    assert after.blamed_ids == mirrored(before.blamed_ids)


def test_swapping_the_sides_of_the_published_actors_leaves_every_status() -> None:
    ds = load()
    actors = {actor.actor_id: actor for actor in ds.actors}
    other = {Side.ARMENIAN: Side.AZERBAIJANI, Side.AZERBAIJANI: Side.ARMENIAN, Side.NONE: Side.NONE}
    turned = {name: actor.model_copy(update={"side": other[actor.side]}) for name, actor in actors.items()}
    linked: dict[str, list[Statement]] = defaultdict(list)
    for statement in ds.statements:
        for incident_id in statement.incident_ids:
            linked[incident_id].append(statement)
    gone = withdrawn(ds.statements)
    for incident in ds.incidents:
        before = standing(linked[incident.incident_id], actors, gone)
        after = standing(linked[incident.incident_id], turned, gone)
        assert_fair(before, after)
        assert after.blamed_ids == before.blamed_ids
        sides = [actors[one].side for one in before.blamed_ids]
        assert [turned[one].side for one in after.blamed_ids] == [other[side] for side in sides]


@often
@given(claim_sets(), st.randoms(use_true_random=False))
def test_the_order_in_which_claims_are_given_does_not_matter(claims: list[Statement], random: Any) -> None:
    shuffled = random.sample(claims, len(claims))
    assert stand(*shuffled) == stand(*claims)


@often
@given(claim_sets())
def test_what_counts_nowhere_can_be_left_out(claims: list[Statement]) -> None:
    gone = withdrawn(claims)
    counted = [c for c in claims if c.statement_id not in gone and c.stance != "mentions"]
    assert standing(counted, ACTORS) == stand(*claims)


@often
@given(claim_sets())
def test_saying_the_same_twice_changes_nothing(claims: list[Statement]) -> None:
    again = [
        c.model_copy(update={"statement_id": f"{c.statement_id}-again"}) for c in claims if c.speech_act != "retract"
    ]
    gone = withdrawn(claims)
    gone |= {f"{one}-again" for one in gone}
    assert standing([*claims, *again], ACTORS, gone) == stand(*claims)


@often
@given(claim_sets())
def test_it_does_not_matter_who_of_a_side_speaks(claims: list[Statement]) -> None:
    organ = {"actor-nkr": "actor-arm", "actor-nkrforces": "actor-arm"}
    named = [
        c.model_copy(update={"speaker_ids": tuple(dict.fromkeys(organ.get(one, one) for one in c.speaker_ids))})
        for c in claims
    ]
    assert stand(*named) == stand(*claims)


@often
@given(claim_sets())
def test_a_status_follows_from_the_published_camps_and_blame(claims: list[Statement]) -> None:
    found = stand(*claims)
    assert (found.attribution_status == "none") == (not found.blamed_ids)
    assert (found.occurrence_status == "narrated") == (not found.affirmed_by and not found.denied_by)
    assert (found.occurrence_status == "denial_only") == bool(found.denied_by and not found.affirmed_by)
    contested = any(one != two for one in found.denied_by for two in found.affirmed_by)
    assert (found.occurrence_status == "contested") == contested


def test_an_actor_that_is_not_at_hand_is_an_error() -> None:
    with pytest.raises(KeyError, match="actor-arm"):
        standing([claim("ARM")], {})


def test_a_standing_is_compared_by_value() -> None:
    assert stand() == replace(stand(), blamed_ids=())
    assert stand() != stand(claim("ARM"))
