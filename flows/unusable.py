"""What is said of something that cannot be an answer: kind, and why it is not wanted."""

from flows.texts import Say, marked

GENERAL = marked("I can only use buttons and short texts; nothing of what you sent is kept.")
PICTURES = marked(
    "I cannot use pictures, sound or files, and I do not keep them: they could show who somebody"
    " is."
)
PLACES = marked("I do not use locations: choose the neighbourhood from the list when I ask for it.")
PEOPLE = marked("I do not keep phone numbers or names.")
HASTE = marked("That came faster than anybody taps, so it was not used.")

TOO_FAST = "too_fast"
"""The kind of what comes from somebody who sends more than a person can."""

SENTENCES = {
    **dict.fromkeys(("photo", "voice", "video", "video_note", "audio", "document"), PICTURES),
    **dict.fromkeys(("location", "venue"), PLACES),
    "contact": PEOPLE,
    TOO_FAST: HASTE,
}


def sentence(say: Say, kind: str) -> str:
    """Return what is said of something of this kind."""
    return say(SENTENCES.get(kind, GENERAL))
