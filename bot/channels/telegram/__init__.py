"""The Telegram channel: the only place that knows python-telegram-bot."""

import os

# Without this, python-telegram-bot warns at every "429 Too Many Requests" that it receives.
os.environ["PTB_TIMEDELTA"] = "true"
