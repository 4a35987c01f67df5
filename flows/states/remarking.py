"""An aside: a remark on the question at hand, or on the whole record in the review."""

from flows.kinds.text import clean, refusal
from flows.session import Screen, Session
from flows.states.wording import head, label

MOST = 140


class Remarking:
    """Takes one short text, without anything that points to a person."""

    def show(self, session: Session) -> Screen:
        """Ask for the remark, or show the one that is there."""
        name = self._about(session)
        place = session.path.place(name) if name else None
        about = label(session, place) if place else session.say("the whole registration")
        text = session.say(
            "Your remark on “{about}”, at most {most} characters."
            " No names, nothing that points to a person.",
            about=about,
            most=MOST,
        )
        rows = [[session.option("‹ Back", "back")]]
        if remark := session.draft.remarks.get(name):
            now = session.say("It says now: {remark}", remark=remark)
            text = f"{text}\n\n{now}"
            rows[0].append(session.option("Take the remark away", "none"))
        return Screen(text, rows, head(session), digits=True)

    def tap(self, session: Session, action: str) -> None:
        """Take the remark away, or return without a change."""
        if action == "none":
            self._keep(session, "")
        self.back(session)

    def read(self, session: Session, text: str) -> None:
        """Keep the remark when it is short and identifies nobody."""
        remark = clean(text)
        if not remark:
            return
        if message := refusal(remark, MOST, session.say, session.context.names):
            session.notices.append(message)
            return
        self._keep(session, remark)
        self.back(session)
        session.notices.append(session.say("Noted."))

    def back(self, session: Session) -> None:
        """Return to the state before."""
        session.move(f"return_to_{session.conversation.back_to}", back_to="")

    def _keep(self, session: Session, remark: str) -> None:
        others = {
            name: text
            for name, text in session.draft.remarks.items()
            if name != self._about(session)
        }
        remarks = others | ({self._about(session): remark} if remark else {})
        session.change_draft(remarks=remarks, kept=False)

    def _about(self, session: Session) -> str:
        place = session.place if session.conversation.back_to == "asking" else None
        return place.question.name if place else ""
