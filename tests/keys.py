"""The key with which the tests seal what somebody typed."""

from storage.sealing import Fixed

HEX = "5e" * 32
KEYS = Fixed([bytes.fromhex(HEX)], "the tests")
SETTING = "MEETMOMENT_KEYS"
