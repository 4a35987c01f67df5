"""What everybody who registers reads and accepts first: what is kept about them, and why.

Whoever changes a word of it, in any language, raises NOTICE_VERSION: everybody is then asked
again. A test holds the texts against the version.
"""

from flows.texts import marked

NOTICE_VERSION = 2

NOTICE = marked(
    "Before you begin: what is kept about you, and why.\n"
    "• Your code, your role and your projects; the number of your account on Telegram; your"
    " language; and what you register and correct, with the time. Not your name. It is kept so"
    " that what was registered can be corrected and explained later.\n"
    "• The coordinators of your projects see, under your code, what you registered. The admins of"
    " your organisation also see who is in. What is exported does not say who registered it.\n"
    "• When something is due you get a reminder. That it was sent, and whether it arrived, is kept;"
    " the coordinators of your projects see it. /reminders changes when you get one.\n"
    "• Chats with a bot on Telegram are not encrypted from end to end: Telegram itself can read"
    " along.\n"
    "• /mydata shows what is kept about you, and can erase your account.\n"
    "• So never write the name of a participant, an address or anything else that could point to"
    " a person. Use the codes."
)
