"""The 77 indicators as the catalogue has them: the facts that the handbook is held against."""

from dataclasses import dataclass

from flows.sheet import REGISTRARS

MOMENTS = {"0": "baseline", "T": "interim", "E": "final", "~": "continuous"}
ROLES = dict(zip(("PW", "PC", "CO"), REGISTRARS, strict=True))


@dataclass(frozen=True)
class Row:
    """One indicator; without a registrar it is worked out from others."""

    code: str
    set: str
    kind: str
    registrar: str
    moments: frozenset[str]
    cmo: frozenset[str]


TABLE = """
PR01 long context PC 0T C2
PR02 long context CO 0E C1
PR03 short context PC 0TE C1 M3
PR04 long process CO 0E C1
PR05 long context PC 0TE C1
PR06 short context PC 0TE C2
PR07 short context CO 0TE C3
PR08 long context CO 0TE C3
PR09 short context PC 0TE C4
PR10 long context PC TE C4
PR11 long process PC TE C4
PR12 short context PC 0TE M4 C4
PR13 long context CO TE C1
PR14 long process PC 0T C2
PR15 long process PC 0T C2
PR16 long process PC 0 C2
PR17 short output PW ~ M2
PR18 long process PW ~ M2
PR19 short process PC TE M2
PR20 short process PC ~ M1 M2 M3 M4 C1 C2 C3 C4 C5 C6
PR21 long output PC ~ C1
PR22 long process PC TE C1
PR23 long outcome PC TE M3 C1
PR24 short context PC ~ C6
PR25 long output PW ~ -
PR26 long output PC E -
PR27 long output d TE C3
DG01 short output PW ~ M2
DG02 short output PW ~ M2
DG03 long output PW ~ M2
DG04 short context PW ~ C5
DG05 long output d TE M2
DG06 long context CO 0E C5
DG07 long context PC 0TE C5
DG08 long context PC 0TE C5
DG09 short output PW ~ M1 C1
DG10 long outcome PW TE M1
DG11 long output PW ~ C1
DG12 long process PC TE C1 C2
DG13 long context PC TE C5
DG14 short process PW ~ M3
DG15 long process PC TE M3
DG16 short impact CO 0TE O
DG17 long impact CO 0E O
DG18 long outcome PW 0TE O M4
DG19 long impact CO 0E O
DG20 harm_reduction output PW ~ M2
DG21 harm_reduction output PW ~ O
DG22 harm_reduction output PW ~ M2
DG23 harm_reduction output PW ~ M2
DG24 harm_reduction output PW ~ M1
DG25 harm_reduction context CO 0TE C1
DG26 group_prevention output PW ~ M3
DG27 group_prevention output PW ~ -
DN01 short output PW 0 C5
DN02 long context PW 0 C5
DN03 long context PW 0 C5
DN04 long context PW 0TE C5 M1
DN05 long context PW 0E C5
DN06 long context PW 0E C5
DN07 early_intervention context PW 0 C5
DN08 short outcome PW 0TE M2
DN09 short outcome PW 0TE M1
DN10 long outcome PW 0TE M1
DN11 short outcome PW 0TE M1
DN12 long outcome PW 0TE M1
DN13 short outcome PW 0TE M1
DN14 long outcome PW 0TE M1 M2
DN15 long outcome PW 0TE M1
DN16 long outcome PW 0TE M1
DN17 short process PW ~ M2
DN18 long outcome PW TE M1
DN19 long outcome PW TE M3
DN20 long outcome PW 0E M2
DN21 early_intervention outcome PW TE O
DN22 short outcome PW E~ O
DN23 long process d TE M2
"""
"""Code, set, kind, who registers (d: derived), when, element of the CMO model."""


def _row(line: str) -> Row:
    code, set_name, kind, who, when, *cmo = line.split()
    moments = frozenset(MOMENTS[letter] for letter in when)
    return Row(code, set_name, kind, ROLES.get(who, ""), moments, frozenset(cmo) - {"-"})


CATALOGUE = {row.code: row for row in map(_row, TABLE.strip().splitlines())}
