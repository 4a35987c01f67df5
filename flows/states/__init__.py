"""The states of the conversation: one file each, one line each in STATES."""

from flows.states.accepting import Accepting
from flows.states.amending import Amending
from flows.states.asking import Asking
from flows.states.attributing import Attributing
from flows.states.auditing import Auditing
from flows.states.choosing import Choosing
from flows.states.confirming import Confirming
from flows.states.correcting import Correcting
from flows.states.discarding import Discarding
from flows.states.disclosing import Disclosing
from flows.states.enrolling import Enrolling
from flows.states.excusing import Excusing
from flows.states.exporting import Exporting
from flows.states.finding import Finding
from flows.states.idle import Idle
from flows.states.newcomer import Newcomer
from flows.states.overseeing import Overseeing
from flows.states.pending import Pending
from flows.states.remarking import Remarking
from flows.states.reviewing import Reviewing
from flows.states.staffing import Staffing
from flows.states.state import State
from flows.states.translating import Translating
from flows.states.wishing import Wishing

STATES: dict[str, State] = {
    "newcomer": Newcomer(),
    "accepting": Accepting(),
    "idle": Idle(),
    "choosing": Choosing(),
    "asking": Asking(),
    "confirming": Confirming(),
    "reviewing": Reviewing(),
    "correcting": Correcting(),
    "excusing": Excusing(),
    "attributing": Attributing(),
    "enrolling": Enrolling(),
    "finding": Finding(),
    "amending": Amending(),
    "auditing": Auditing(),
    "staffing": Staffing(),
    "disclosing": Disclosing(),
    "overseeing": Overseeing(),
    "pending": Pending(),
    "wishing": Wishing(),
    "exporting": Exporting(),
    "translating": Translating(),
    "remarking": Remarking(),
    "discarding": Discarding(),
}

__all__ = ["STATES", "State"]
