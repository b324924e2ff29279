"""The controlled vocabularies, each value with its definition.

A vocabulary is a `str` enumeration: `SpeechAct.APPEAL == "appeal"`. The definitions here are the only ones; the
`vocabularies` table, the schemas and the codebook are derived from them. The values follow the distinctions of ACLED,
UCDP, PLOVER, CAMEO and the ETH/PRIO Civil Conflict Ceasefire data, worded anew for statements about ceasefires.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


_DEGREES = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?"


class Vocabulary(StrEnum):
    """A closed list of words, each with a `definition`."""

    definition: str

    def __new__(cls, value: str, definition: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.definition = definition
        return member

    @property
    def label(self) -> str:
        """The word as people write it."""
        return self.value.replace("_", " ")

    @classmethod
    def name_in_tables(cls) -> str:
        """The vocabulary's name in the `vocabularies` table, e.g. `speech_act`."""
        return "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")

    @classmethod
    def values(cls) -> tuple[str, ...]:
        """Every word, in the order of definition."""
        return tuple(member.value for member in cls)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        # Models are strict; a vocabulary word given as plain text is nevertheless exact.
        schema: dict[str, Any] = dict(handler(source))
        schema["strict"] = False
        return schema


class ActorType(Vocabulary):
    """What an actor is; its role in an event stands in other columns."""

    STATE = "state", "A sovereign state named as such; a capital that speaks is the state."
    GOVERNMENT_BODY = "government_body", "An organ of a state's executive: presidency, ministry, press service."
    LEGISLATURE = "legislature", "A parliament or one of its chambers."
    POLITICAL_PARTY = "political_party", "A party or bloc."
    STATE_ARMED_FORCES = "state_armed_forces", "The regular forces of a state."
    STATE_SECURITY_SERVICE = "state_security_service", "Police, border guards or intelligence of a state."
    DE_FACTO_AUTHORITY = (
        "de_facto_authority",
        "Civil organs that administer a territory without general recognition at the record's date; says nothing "
        "about legitimacy.",
    )
    DE_FACTO_ARMED_FORCES = "de_facto_armed_forces", "Forces that answer to a de facto authority."
    NON_STATE_ARMED_GROUP = "non_state_armed_group", "Another organised armed group, foreign fighters included."
    INTERGOVERNMENTAL_ORGANIZATION = "intergovernmental_organization", "A body set up by treaty between states."
    MEDIATION_FORMAT = "mediation_format", "A standing or ad-hoc group that mediates; not a legal person."
    HUMANITARIAN_ORGANIZATION = "humanitarian_organization", "The ICRC or another relief organisation."
    CIVIL_SOCIETY_ORGANIZATION = "civil_society_organization", "Another non-governmental, religious or diaspora body."
    MEDIA_ORGANIZATION = "media_organization", "A news outlet or agency, as speaker, relay or publisher."
    COMPANY = "company", "A commercial actor."
    PERSON = "person", "A natural person, named or known only by office; has at least one dated affiliation."
    POPULATION_GROUP = "population_group", "Civilians, residents, displaced people, an ethnic community."
    SUBNATIONAL_AUTHORITY = "subnational_authority", "An autonomous region, province or union republic of a federation."
    COLLECTIVE = "collective", "Several actors named as one without saying who belongs, such as “the parties”."
    OTHER = "other", "An entity that no other value fits."
    UNATTRIBUTED = "unattributed", "A speaker or doer that the source does not identify."
    UNSPECIFIED = "unspecified", "The source does not say what kind of entity it is."


class Side(Vocabulary):
    """On whose side of the belligerency an actor speaks or acts: a coding device, never a judgement."""

    ARMENIAN = "armenian", "Armenia, the Nagorno-Karabakh authorities, their organs, forces and office-holders."
    AZERBAIJANI = "azerbaijani", "Azerbaijan, its organs, forces and office-holders."
    NONE = "none", "No belligerent: other states, organisations, media, populations, collectives."


class PlaceType(Vocabulary):
    """What kind of place it is, and so how precise."""

    SITE = "site", "A building, post or point."
    SETTLEMENT = "settlement", "A named city, town or village."
    NEAR_SETTLEMENT = "near_settlement", "Near or outside a settlement, within about 25 km."
    DISTRICT = "district", "A second-order administrative unit."
    REGION = "region", "A first-order unit, or the disputed territory as a whole."
    LINEAR_FEATURE = "linear_feature", "A line of contact, section of border, road or river."
    COUNTRY = "country", "Only a country is named."
    SUPRANATIONAL_REGION = "supranational_region", "A region of several countries."
    AIR_OR_SEA = "air_or_sea", "International airspace or waters."
    UNSPECIFIED = "unspecified", "The source names no kind of place."


class Translation(Vocabulary):
    """Whether the article's text is a translation, as far as the text shows."""

    NONE = "none", "Written in its language."
    HUMAN = "human", "Translated by a person."
    MACHINE = "machine", "Translated by a machine, with the errors of one."
    UNSPECIFIED = "unspecified", "The text does not show it."


class OccasionType(Vocabulary):
    """The setting in which acts are performed."""

    PHONE_CALL = "phone_call", "A telephone or video call."
    MEETING = "meeting", "People meet in person."
    NEGOTIATION_PROCESS = "negotiation_process", "Talks over a longer time, at whatever level."
    COUNCIL_SESSION = "council_session", "A session of a standing council or assembly."
    INTERVIEW = "interview", "Questions and answers for publication."
    PRESS_CONFERENCE = "press_conference", "Announced questions and answers with several media."
    REMARKS_TO_MEDIA = "remarks_to_media", "Words said to journalists, named or not."
    WRITTEN_STATEMENT = "written_statement", "A text issued by one actor."
    JOINT_STATEMENT = "joint_statement", "A text issued by several actors together."
    OFFICIAL_DOCUMENT = "official_document", "A decree, letter or signed text."
    SPEECH_OR_ADDRESS = "speech_or_address", "A speech to an audience."
    SOCIAL_MEDIA = "social_media", "A post on a social network."
    OTHER = "other", "A setting that no other value fits."
    UNSPECIFIED = "unspecified", "The source does not say in what setting."


class OccasionStatus(Vocabulary):
    """Whether the occasion took place."""

    HELD = "held", "It took place or is going on."
    PLANNED = "planned", "It is agreed or announced for later."
    POSSIBLE = "possible", "It is spoken of as possible."
    RULED_OUT = "ruled_out", "It is said not to take place, or not now."
    UNSPECIFIED = "unspecified", "The source does not say."


class SpeechAct(Vocabulary):
    """What is done by saying it (Searle's families); `assert` only when nothing more specific fits, as in CAMEO."""

    ASSERT = "assert", "Presents something as fact and blames nobody."
    REPORT_FIGURES = "report_figures", "Gives a number: casualties, violations, losses, distances."
    ACCUSE = "accuse", "Attributes a blameworthy act to another actor; does not imply that it happened."
    DENY = "deny", "Rejects an allegation or a reported fact."
    ACKNOWLEDGE = "acknowledge", "Admits or claims responsibility, or concedes a loss."
    RETRACT = "retract", "Withdraws or corrects an earlier statement, which it names."
    CONFIRM = "confirm", "Endorses another actor's assertion."
    STATE_POSITION = "state_position", "Takes a standpoint or evaluates; alleges no fact."
    RAISE = "raise", "Puts a matter before another actor; what was said about it is not given."
    ANNOUNCE = "announce", "Makes a decision or agreement public."
    DECREE = "decree", "An order that takes effect by being issued: martial law, mobilisation, cease fire."
    COMMIT = "commit", "Promises, offers or agrees to a future act."
    THREATEN = "threaten", "Announces harm, with or without a condition."
    ULTIMATUM = "ultimatum", "A last demand with a stated consequence."
    APPEAL = "appeal", "Calls on others to act, without claiming it as due."
    DEMAND = "demand", "Requires an act as due: must, require, insist."
    PROPOSE = "propose", "Puts terms or mediation on the table."
    REJECT = "reject", "Refuses a proposal, a demand or talks."
    ACCEPT = "accept", "Agrees to a specific proposal."
    SUPPORT = "support", "Endorses an actor or a position."
    CONDEMN = "condemn", "Disapproves without alleging a new act."
    EXPRESS_CONCERN = "express_concern", "Voices concern, regret or condolence."
    EXPRESS_HOPE = "express_hope", "Voices hope, welcome or optimism."
    THANK = "thank", "Voices gratitude."
    GIVE_NO_ANSWER = "give_no_answer", "Declines to answer, or says that it cannot say."
    OTHER = "other", "An act that no other value fits."
    UNSPECIFIED = "unspecified", "The source does not show which act it was."


class Attribution(Vocabulary):
    """How the article gives the words."""

    DIRECT_QUOTE = "direct_quote", "The record holds words quoted from the speaker."
    INDIRECT_SPEECH = "indirect_speech", "The article reports the act in its own words."


class Topic(Vocabulary):
    """What a statement is about."""

    CEASEFIRE = "ceasefire", "A ceasefire: reaching, observing or ending it."
    CEASEFIRE_VIOLATION = "ceasefire_violation", "A breach of a ceasefire, alleged, denied or deplored."
    CASUALTIES = "casualties", "Dead, wounded or missing people."
    TERRITORIAL_CONTROL = "territorial_control", "Who holds ground; a crossing of a border or line."
    CIVILIANS = "civilians", "People who take no part in hostilities."
    PRISONERS = "prisoners", "Captives, detainees and the remains of the dead."
    MEDIATION = "mediation", "Good offices of third parties and their formats."
    SETTLEMENT = "settlement", "A political settlement and the talks towards it."
    MONITORING = "monitoring", "Watching over and verifying a ceasefire."
    FOREIGN_FIGHTERS = "foreign_fighters", "Fighters from outside the parties."
    THIRD_PARTY_INVOLVEMENT = "third_party_involvement", "Another state's support for or influence on a party."
    STATUS = "status", "The status of a territory, sovereignty, integrity, independence."
    HUMANITARIAN = "humanitarian", "Relief and humanitarian access."
    ECONOMY = "economy", "Trade, transport and other economic ties."
    OTHER = "other", "Another matter."
    UNSPECIFIED = "unspecified", "The source does not say what it was about."


class StatementStance(Vocabulary):
    """How a statement stands to the incidents that it is linked to."""

    AFFIRMS = "affirms", "Says that it happened, or performs it."
    PRESUPPOSES = "presupposes", "Takes it for granted: concern over it, condemnation of it, a decree about it."
    DENIES_OCCURRENCE = "denies_occurrence", "Says that it did not happen."
    DENIES_BLAME = "denies_blame", "Says that the speaker's side did not do it; leaves open whether it happened."
    MENTIONS = "mentions", "Speaks of it without saying whether it happened; counts nowhere."


class FigureOf(Vocabulary):
    """What a number counts or measures."""

    DEATHS = "deaths", "People killed."
    WOUNDED = "wounded", "People wounded."
    MISSING = "missing", "People missing."
    CAPTURED = "captured", "People captured."
    DISPLACED = "displaced", "People displaced."
    FIGHTERS = "fighters", "Fighters present or involved."
    VIOLATIONS = "violations", "Breaches of a ceasefire."
    DISTANCE_KM = "distance_km", "A distance in kilometres."
    OTHER = "other", "Another quantity, named in the summary."


class Mechanism(Vocabulary):
    """A means by which a ceasefire is watched over or kept."""

    OBSERVERS = "observers", "Unarmed observers."
    PEACEKEEPERS = "peacekeepers", "Military contingents that separate or protect."
    HOTLINE = "hotline", "A direct line between the parties."
    TECHNICAL_MEANS = "technical_means", "Electronic or other technical devices."
    JOINT_COMMISSION = "joint_commission", "A joint body of the parties or with third parties."
    OTHER = "other", "Another means."
    NONE = "none", "The source says that there is none."
    UNSPECIFIED = "unspecified", "The source does not say."


class CeasefireType(Vocabulary):
    """The design class of a ceasefire."""

    HUMANITARIAN_TRUCE = "humanitarian_truce", "A halt for humanitarian tasks, limited in time or purpose."
    CESSATION_OF_HOSTILITIES = "cessation_of_hostilities", "A halt without an agreed means of compliance."
    CEASEFIRE_WITH_MECHANISM = "ceasefire_with_mechanism", "A halt with monitoring, verification or separation."
    DEFINITIVE_CEASEFIRE = (
        "definitive_ceasefire",
        "A halt with terms of substance, withdrawal or demobilisation, meant to end the war.",
    )
    LOCAL_ARRANGEMENT = "local_arrangement", "A halt limited to a named place or front."
    HUMANITARIAN_CORRIDOR = "humanitarian_corridor", "A route or a window of time only."
    RENEWAL = "renewal", "Extends or restates an earlier ceasefire, with a start of its own."
    UNSPECIFIED = "unspecified", "The source does not say enough to tell."


class Initiation(Vocabulary):
    """From how many parties a ceasefire comes."""

    UNILATERAL = "unilateral", "One party declares it for its own fire."
    RECIPROCAL_UNILATERAL = "reciprocal_unilateral", "Each party declares it for its own fire."
    BILATERAL = "bilateral", "Agreed between two sides."
    MULTILATERAL = "multilateral", "Agreed between more than two parties."
    UNSPECIFIED = "unspecified", "The source does not say."


class Purpose(Vocabulary):
    """The stated purpose of a ceasefire."""

    HUMANITARIAN = "humanitarian", "Relief, exchange of prisoners or remains."
    PEACE_PROCESS = "peace_process", "To make talks or a settlement possible."
    HOLIDAY = "holiday", "A feast or holiday."
    ELECTION = "election", "An election."
    OTHER = "other", "Another stated purpose."
    UNSPECIFIED = "unspecified", "The source states none."


class Form(Vocabulary):
    """The form in which a ceasefire was made."""

    WRITTEN_SIGNED = "written_signed", "A text that was signed."
    WRITTEN_UNSIGNED = "written_unsigned", "A text that was not signed."
    PUBLIC_ANNOUNCEMENT = "public_announcement", "Declared in public."
    VERBAL = "verbal", "By word of mouth."
    UNSPECIFIED = "unspecified", "The source does not say."


class Mediation(Vocabulary):
    """Whether a third party brokered a ceasefire."""

    MEDIATED = "mediated", "A third party is said to have brokered it."
    UNMEDIATED = "unmediated", "It is said to have come about without one."
    UNSPECIFIED = "unspecified", "The source does not say."


class CeasefireStatus(Vocabulary):
    """What is reported of a ceasefire at a time."""

    NOT_YET_EFFECTIVE = "not_yet_effective", "Announced; its beginning lies ahead."
    NEVER_TOOK_EFFECT = "never_took_effect", "Its beginning passed without a halt being observed."
    IN_FORCE_NO_BREACH_ALLEGED = (
        "in_force_no_breach_alleged",
        "In force, and the report alleges no breach; silence is not observance.",
    )
    IN_FORCE_VIOLATIONS_ALLEGED = "in_force_violations_alleged", "Formally in force; at least one breach is alleged."
    COLLAPSED = (
        "collapsed",
        "Said in an article's own voice, or by both sides, to have failed as a whole; one side's word is not enough.",
    )
    RENOUNCED = "renounced", "A party declares it void."
    EXPIRED = "expired", "Its fixed term ran out."
    SUPERSEDED = "superseded", "A later agreement took its place."
    UNSPECIFIED = "unspecified", "The source does not say."

    @property
    def label(self) -> str:
        """The word as people write it: that it is in force, and what is alleged of it."""
        return super().label.replace("in force ", "in force, ")


class IncidentType(Vocabulary):
    """What is reported to have happened. A violation is never a type: statements claim it."""

    ARMED_CLASH = "armed_clash", "Both sides fight."
    ONE_SIDED_FIRE = "one_sided_fire", "Fire by one side, the weapon light or not stated."
    SHELLING = "shelling", "Artillery, mortar or rocket fire."
    MISSILE_STRIKE = "missile_strike", "A strike by guided or ballistic missile."
    AIR_STRIKE = "air_strike", "A strike by crewed aircraft."
    DRONE_STRIKE = "drone_strike", "A strike by uncrewed aircraft."
    AIRCRAFT_OR_DRONE_DOWNED = "aircraft_or_drone_downed", "An aircraft or drone is brought down."
    MINE_OR_EXPLOSIVE = "mine_or_explosive", "A mine or planted explosive goes off."
    ATTACK_ON_CIVILIANS = "attack_on_civilians", "A close-range attack aimed at civilians."
    ABDUCTION_OR_CAPTURE = "abduction_or_capture", "People are seized, prisoners of war included."
    CHANGE_OF_CONTROL = "change_of_control", "Ground passes to another hand in fighting."
    WITHDRAWAL_OR_HANDOVER = "withdrawal_or_handover", "Ground is left or handed over without fighting."
    PROPERTY_DAMAGE = "property_damage", "Buildings or goods are damaged, destroyed or looted."
    DISPLACEMENT_OR_EVACUATION = "displacement_or_evacuation", "People flee, are driven out or are evacuated."
    BLOCKADE_OR_ACCESS_DENIAL = "blockade_or_access_denial", "A road or area is closed."
    PRISONER_OR_REMAINS_EXCHANGE = "prisoner_or_remains_exchange", "Captives or remains are exchanged or returned."
    MOBILIZATION_OR_FORCE_POSTURE = "mobilization_or_force_posture", "Mobilisation, movement or readiness of forces."
    EMERGENCY_MEASURE = "emergency_measure", "Martial law, curfew or another emergency measure."
    AID_DELIVERY = "aid_delivery", "Relief reaches people."
    PROTEST = "protest", "A demonstration."
    FIGHTING_UNSPECIFIED = "fighting_unspecified", "Fighting, with no more said."
    WAR = "war", "A whole war, named as such: an umbrella."
    ESCALATION = "escalation", "A flare-up named as such, no single event described: an umbrella."
    BORDER_CROSSING = "border_crossing", "Forces are said to cross a border or line."
    OFFENSIVE = "offensive", "An attack along a front, without detail."
    FOREIGN_FIGHTER_INVOLVEMENT = "foreign_fighter_involvement", "Fighters from outside the parties take part."
    PEACEKEEPER_DEPLOYMENT = "peacekeeper_deployment", "Peacekeepers take up positions."
    CONFLICT = "conflict", "A dispute as a whole, beyond one war: an umbrella."
    POLITICAL_DECLARATION = "political_declaration", "A declaration of secession, independence or the like."
    OTHER = "other", "A happening that no other value fits."
    UNSPECIFIED = "unspecified", "The source does not say what happened."


class OccurrenceStatus(Vocabulary):
    """Who says that an incident happened: derived, first that holds."""

    CONTESTED = "contested", "One camp denies that it happened, another affirms it."
    DENIAL_ONLY = "denial_only", "Only denials are on record."
    BOTH_SIDES = "both_sides", "Both sides affirm it."
    ONE_SIDE_AND_OUTSIDE = "one_side_and_outside", "One side and an identified outsider affirm it."
    ONE_SIDE = "one_side", "One side affirms it."
    OUTSIDE = "outside", "Only identified outsiders affirm it."
    UNATTRIBUTED = "unattributed", "Only unnamed speakers affirm it."
    NARRATED = "narrated", "No counted claim says so: only the article's own voice."


class AttributionStatus(Vocabulary):
    """How those who blame and are blamed stand to each other: derived, first that holds."""

    NONE = "none", "Nobody is blamed."
    DISPUTED = "disputed", "Two camps blame disjoint sets."
    REJECTED = "rejected", "The blamed denies it."
    ACCEPTED = "accepted", "The blamed names itself."
    ONE_WAY = "one_way", "Blamed, with no answer on record."


class EvidenceStance(Vocabulary):
    """What a cited passage does to the value."""

    SUPPORTS = "supports", "The passage supports the value."
    CONTRADICTS = "contradicts", "The passage says something else, given in `value`."


class Basis(Vocabulary):
    """How the value follows from the passage."""

    VERBATIM = "verbatim", "The passage is the value, or a name or alias of the thing referred to."
    NORMALISED = "normalised", "Another form of the same words: a name, a date."
    CLASSIFIED = "classified", "The coder's category for these words."
    INFERRED = "inferred", "By reasoning, which the note gives."


class Scheme(Vocabulary):
    """An authority's identifier scheme; `pattern` is the form of its values."""

    WIKIDATA = "wikidata", "Wikidata item: Q and digits."
    ISO3166_1_ALPHA3 = "iso3166-1-alpha3", "ISO 3166-1 country code, three letters."
    ISO3166_2 = "iso3166-2", "ISO 3166-2 subdivision code."
    GW = "gw", "Gleditsch and Ward state number."
    COW = "cow", "Correlates of War state number."
    UCDP_ACTOR = "ucdp-actor", "UCDP actor id."
    UCDP_CONFLICT = "ucdp-conflict", "UCDP conflict id."
    GEONAMES = "geonames", "GeoNames id."
    GEO = "geo", "Latitude and longitude (WGS 84) as a geo URI, RFC 5870."

    @property
    def pattern(self) -> str:
        """Regular expression of a whole identifier value."""
        number = "^(?:[1-9][0-9]*)$"
        return {
            Scheme.WIKIDATA: "^(?:Q[1-9][0-9]*)$",
            Scheme.ISO3166_1_ALPHA3: "^(?:[A-Z]{3})$",
            Scheme.ISO3166_2: "^(?:[A-Z]{2}-[A-Z0-9]{1,3})$",
            Scheme.GEO: rf"^(?:geo:{_DEGREES},{_DEGREES})$",
        }.get(self, number)


VOCABULARIES: tuple[type[Vocabulary], ...] = (
    ActorType,
    Side,
    PlaceType,
    Translation,
    OccasionType,
    OccasionStatus,
    SpeechAct,
    Attribution,
    Topic,
    StatementStance,
    FigureOf,
    Mechanism,
    CeasefireType,
    Initiation,
    Purpose,
    Form,
    Mediation,
    CeasefireStatus,
    IncidentType,
    OccurrenceStatus,
    AttributionStatus,
    EvidenceStance,
    Basis,
    Scheme,
)
"""Every vocabulary that a column uses, in the order of the `vocabularies` table."""
