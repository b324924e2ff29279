"""A small made-up data set: two articles, and seeds that cite every character of them that is no page furniture."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

DAILY = """\
Pause holds at Midtown
5 May 2001. The Daily Record, Midtown.
Envoy Ana Bell of Northland said: “We call on both armies to stop firing at once.”
Northland and Southland agreed on a pause of fire on 4 May 2001. It is in force.
Northland blames Southland for the shelling of Midtown on 3 May 2001.
Southland denies the shelling.
Print this page
"""

WEEKLY = """\
2 June 2001. The Weekly Post.
The shelling of Midtown on 3 May 2001 is remembered.
"""

DOCUMENTS = {"daily.txt": DAILY, "weekly.txt": WEEKLY}

FILES = {
    "sources": """
        - source_id: source-weekly
          publisher_id: actor-weekly-post
          published: 2001-06-02
          language: en
          translation: none
          document: weekly.txt
          summary: A look back at one day of May.
          evidence:
            published: [{at: <<w:2 June 2001.>>, basis: normalised}]
            publisher_id: [{at: <<w:The Weekly Post.>>, basis: normalised}]
        - source_id: source-daily
          title: Pause holds at Midtown
          publisher_id: actor-daily-record
          published: 2001-05-05
          dateline_place_id: place-midtown
          language: en
          translation: none
          document: daily.txt
          summary: A report on a pause of fire and on what came before it.
          evidence:
            title: [{at: <<Pause holds at Midtown>>, basis: verbatim}]
            publisher_id: [{at: <<The Daily Record>>, basis: verbatim}]
            published: [{at: <<5 May 2001.>>, basis: normalised}]
            dateline_place_id: [{at: "<<The Daily Record, Midtown.>>", basis: normalised}]
    """,
    "actors": """
        - actor_id: actor-northland
          name: Northland
          actor_type: state
          side: armenian
          description: One state of the tale.
          evidence:
            name: [{at: <<Northland>>, source: source-daily, basis: verbatim}]
        - actor_id: actor-southland
          name: Southland
          actor_type: state
          side: azerbaijani
          description: The other state of the tale.
          evidence:
            name: [{at: <<Southland>>, source: source-daily, basis: verbatim}]
        - actor_id: actor-ana-bell
          name: Ana Bell
          actor_type: person
          side: armenian
          description: An envoy.
          affiliations:
          - affiliation_id: affiliation-ana-bell
            organisation_id: actor-northland
            role: Envoy
            as_of: 2001-05-05
            evidence:
              member_id: [{at: <<Ana Bell>>, source: source-daily, basis: verbatim}]
              organisation_id: [{at: <<Northland>>, source: source-daily, basis: verbatim}]
              role: [{at: <<Envoy>>, source: source-daily, basis: verbatim}]
              as_of: [{at: <<5 May 2001>>, source: source-daily, basis: normalised}]
          evidence:
            name: [{at: <<Ana Bell>>, source: source-daily, basis: verbatim}]
        - actor_id: actor-both-armies
          name: both armies
          actor_type: collective
          side: none
          description: The armies that are called upon, without saying whose they are.
          evidence:
            name: [{at: <<both armies>>, source: source-daily, basis: verbatim}]
        - actor_id: actor-daily-record
          name: The Daily Record
          actor_type: media_organization
          side: none
          aliases: [Daily Record]
          description: A paper.
          evidence:
            name: [{at: <<The Daily Record>>, source: source-daily, basis: verbatim}]
            aliases: {Daily Record: [{at: <<Daily Record>>, source: source-daily, basis: verbatim}]}
        - actor_id: actor-weekly-post
          name: The Weekly Post
          actor_type: media_organization
          side: none
          description: Another paper.
          evidence:
            name: [{at: <<w:The Weekly Post>>, source: source-weekly, basis: verbatim}]
    """,
    "places": """
        - place_id: place-midtown
          name: Midtown
          place_type: settlement
          latitude: 40.5
          longitude: -7
          radius_km: 3.25
          description: A town.
          identifiers:
          - {scheme: geonames, value: "4711", verified_in: The gazetteer of the tale}
          - {scheme: geo, value: "geo:40.5,-7", verified_in: The gazetteer of the tale}
          evidence:
            name: [{at: <<Midtown>>, source: source-daily, basis: verbatim}]
    """,
    "ceasefires": """
        - ceasefire_id: ceasefire-2001-05
          name: Pause of May 2001
          ceasefire_type: unspecified
          initiation: bilateral
          purposes: unspecified
          form: unspecified
          mediation: unspecified
          mechanisms: unspecified
          declared: 2001-05-04
          party_ids: [actor-northland, actor-southland]
          summary: Two states halt their fire.
          status_reports:
          - report_id: report-2001-05
            as_of: 2001-05-05
            ceasefire_status: in_force_no_breach_alleged
            evidence:
              ceasefire_id, ceasefire_status: [{at: <<It is in force.>>, source: source-daily, basis: classified}]
              as_of: [{at: <<5 May 2001>>, source: source-daily, basis: inferred, note: The day of the report.}]
          evidence:
            initiation: [{at: <<Northland and Southland agreed>>, source: source-daily, basis: classified}]
            declared: [{at: <<4 May 2001>>, source: source-daily, basis: normalised}]
            party_ids:
            - {at: <<Northland and Southland agreed on a pause of fire>>, source: source-daily, basis: normalised}
    """,
    "incidents": """
        - incident_id: incident-2001-05-03-shelling
          name: Alleged shelling of 3 May 2001
          incident_type: shelling
          date: 2001-05-03
          place_ids: place-midtown
          background: false
          summary: Shelling is alleged and denied.
          evidence:
            incident_type:
            - {at: <<w:The shelling>>, source: source-weekly, basis: classified}
            - {at: <<blames Southland for the shelling>>, source: source-daily, basis: classified}
            date: [{at: <<3 May 2001>>, source: source-daily, basis: normalised}]
            place_ids:
            - {at: <<w:The shelling of Midtown on 3 May 2001 is remembered.>>, source: source-weekly, basis: normalised}
    """,
    "statements/source-daily": """
        - occasion_id: occasion-2001-05-remarks
          occasion_type: unspecified
          occasion_status: held
          date: "[..2001-05-05]"
          participant_ids: [actor-ana-bell, actor-northland, actor-southland]
          summary: Words said before the report.
          statements:
          - statement_id: statement-bell-appeal
            speaker_ids: actor-ana-bell
            on_behalf_of_ids: actor-northland
            addressee_ids: actor-both-armies
            speech_act: appeal
            topics: ceasefire
            said: "[..2001-05-05]"
            quote: We call on both armies to stop firing at once.
            summary: Bell wants a halt of fire.
            evidence:
              speaker_ids: [{at: <<Ana Bell>>, basis: verbatim}]
              on_behalf_of_ids: [{at: <<Envoy Ana Bell of Northland>>, basis: normalised}]
              addressee_ids: [{at: <<both armies>>, basis: verbatim}]
              speech_act: [{at: <<“We call on both armies to stop firing at once.”>>, basis: classified}]
              said: [{at: <<5 May 2001>>, basis: inferred, note: Said before the report.}]
              quote: [{at: <<We call on both armies to stop firing at once.>>, basis: verbatim}]
          - statement_id: statement-northland-accusation
            speaker_ids: actor-northland
            speech_act: accuse
            topics: other
            said: "[2001-05-03..2001-05-05]"
            incident_ids: incident-2001-05-03-shelling
            stance: affirms
            accused_ids: actor-southland
            summary: The shelling is laid at the other side's door.
            evidence:
              speaker_ids, speech_act, accused_ids, stance, incident_ids:
              - {at: <<Northland blames Southland for the shelling of Midtown on 3 May 2001.>>, basis: normalised}
              said: [{at: <<5 May 2001>>, basis: inferred, note: Between the event and the report.}]
          - statement_id: statement-southland-denial
            speaker_ids: actor-southland
            speech_act: deny
            topics: other
            said: "[2001-05-03..2001-05-05]"
            incident_ids: incident-2001-05-03-shelling
            stance: denies_occurrence
            responds_to_id: statement-northland-accusation
            summary: The shelling did not happen, it is said.
            evidence:
              speaker_ids, speech_act, stance, incident_ids, responds_to_id:
              - {at: <<Southland denies the shelling.>>, basis: normalised}
              said: [{at: <<5 May 2001>>, basis: inferred, note: Between the event and the report.}]
          evidence:
            occasion_status: [{at: "<<Envoy Ana Bell of Northland said:>>", basis: classified}]
            date: [{at: <<5 May 2001>>, basis: inferred, note: Not after the report.}]
            participant_ids:
            - {at: <<Northland and Southland agreed on a pause of fire on 4 May 2001.>>, basis: normalised}
    """,
    "uncited": """
        source-daily:
        - {at: <<Print this page>>, reason: Page furniture.}
    """,
}

CODEBOOK = (
    "# Codebook\n\n"
    + "\n\n".join(
        f"<!-- begin generated: {name} -->\n<!-- end generated -->"
        for name in ("sizes", "agreement", "representation", "loading")
    )
    + "\n\nOur words.\n"
)


def at(words: str, text: str = DAILY) -> str:
    """The first place of these words as a seed entry writes it."""
    start = text.index(words)
    return f"{start}-{start + len(words)}"


def yaml(name: str) -> str:
    """A seed file, with its spans filled in."""
    found = re.sub(r"<<(w:)?(.+?)>>", lambda m: at(m[2], WEEKLY if m[1] else DAILY), FILES[name])
    return textwrap.dedent(found).lstrip("\n")


def write_seeds(folder: Path, **changes: tuple[str, str]) -> Path:
    """Write the seeds; a change `table=(old, new)` replaces `old`, which must stand once in that file.

    `statements` stands for `statements/source-daily`.
    """
    named = {"statements/source-daily" if name == "statements" else name: change for name, change in changes.items()}
    (folder / "statements").mkdir(parents=True)
    for name in FILES:
        text = yaml(name)
        if name in named:
            old, new = named[name]
            assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
            text = text.replace(old, new)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def write_documents(folder: Path) -> Path:
    """Write the articles."""
    folder.mkdir(parents=True)
    for name, text in DOCUMENTS.items():
        (folder / name).write_bytes(text.encode("utf-8"))
    return folder


def write_checkout(root: Path) -> Path:
    """Write a checkout to be built: seeds, and a codebook with its generated blocks."""
    write_seeds(root / "seeds")
    (root / "docs").mkdir()
    (root / "docs" / "codebook.md").write_text(CODEBOOK, encoding="utf-8")
    return root
