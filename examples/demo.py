"""The main job in one go: load, summarise, validate the package, judge a contribution, show a citation."""

import json
from pathlib import Path

import karabakh_data as kd

HERE = Path(__file__).parent


def title(text: str) -> None:
    print(f"\n== {text} ==\n")


title("The data set")
ds = kd.load()
print(ds)

title("Appeals between October and November 2020")
for statement in ds.statements.where(speech_act=["appeal", "demand"]).between("2020-10", "2020-11"):
    speakers = " and ".join(ds.actors[speaker].name for speaker in statement.speaker_ids)
    print(f"{statement.said!s:<26} {speakers}: {statement.summary}")

title("Who says that what was reported happened")
for incident in ds.incidents.between("2016-04", on="date"):
    print(f"{incident.incident_id:<40} {incident.occurrence_status}, {incident.attribution_status}")
    print(f"{'':<40} affirmed by {', '.join(incident.affirmed_by) or 'nobody'}")

title("The package under frictionless, the independent judge")
report = kd.package().validate()
for task in report.tasks:
    print(f"{task.name:<16} {'valid' if task.valid else 'INVALID'}")
if not report.valid:
    raise SystemExit(1)

title("Two contributions, judged")
for name in ("contribution-good", "contribution-bad"):
    judged = kd.validate(HERE / name)
    print(judged.to_text(max_shown=4), end="\n\n")

title("Where a value was read")
first = next(iter(ds.statements))
print(json.dumps(ds.citations(first, "speech_act").to_dicts()[:1], indent=2))
print(ds.cite(first))
