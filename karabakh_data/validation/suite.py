"""Every check across records that a contribution is put to, in the order in which it is."""

from __future__ import annotations

from karabakh_data.validation.check import Check
from karabakh_data.validation.checks import CHECKS
from karabakh_data.validation.citations import records_have_evidence
from karabakh_data.validation.derived import DERIVED
from karabakh_data.validation.plausibility import PLAUSIBILITY
from karabakh_data.validation.resemblance import RESEMBLANCE

ALL_CHECKS: tuple[Check, ...] = (records_have_evidence, *CHECKS, *DERIVED, *PLAUSIBILITY, *RESEMBLANCE)
"""Those that are not `together` judge a record by itself, the published data set and the tables that they consult."""
