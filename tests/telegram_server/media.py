"""What people send besides text, complete as Telegram sends it."""

from typing import Any

FILE = {"file_id": "AgACAgQAAxkBAAIB", "file_unique_id": "AQADr7cxG", "file_size": 52_306}
PICTURE = {**FILE, "width": 640, "height": 480}
PLACE = {"latitude": 50.846557, "longitude": 4.351697}
SOUND = {**FILE, "duration": 7}
MOVING = {**PICTURE, "duration": 7, "mime_type": "video/mp4"}
PAPER = {**FILE, "file_name": "notes.pdf", "mime_type": "application/pdf"}

POLL = {
    "id": "5098765432109876543",
    "question": "Tea or coffee?",
    "options": [
        {"persistent_id": "1", "text": "Tea", "voter_count": 0},
        {"persistent_id": "2", "text": "Coffee", "voter_count": 0},
    ],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}

STICKER = {
    **FILE,
    "type": "regular",
    "width": 512,
    "height": 512,
    "is_animated": False,
    "is_video": False,
    "emoji": "🙂",
}

CONTENT: dict[str, dict[str, Any]] = {
    "photo": {"photo": [{**PICTURE, "width": 90, "height": 67}, PICTURE]},
    "voice": {"voice": {**SOUND, "mime_type": "audio/ogg"}},
    "video": {"video": MOVING},
    "video_note": {"video_note": {**SOUND, "length": 240}},
    "audio": {"audio": {**SOUND, "title": "Song", "mime_type": "audio/mpeg"}},
    "document": {"document": PAPER},
    "sticker": {"sticker": STICKER},
    "location": {"location": PLACE},
    "venue": {
        "location": PLACE,
        "venue": {"location": PLACE, "title": "Grote Markt", "address": "Brussel"},
    },
    "poll": {"poll": POLL},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    # Telegram sends the document as well, for programs that know no animations.
    "animation": {"animation": MOVING, "document": PAPER},
}


def content_of(kind: str, user: dict[str, Any]) -> dict[str, Any]:
    """The part of a message that is this kind of thing, sent by this person."""
    if kind == "contact":
        return {"contact": {"phone_number": "32470000000", "first_name": "Bo", "user_id": 77}}
    if kind == "story":
        chat = {"id": user["id"], "type": "private", "first_name": user["first_name"]}
        return {"story": {"chat": chat, "id": 5}}
    return CONTENT[kind]
