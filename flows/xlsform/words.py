"""The words of XLSForm: which are supported, under which spellings, and why others are not."""

from flows.columns import COLUMNS
from flows.xlsform.lists import MARK
from flows.xlsform.rows import REQUIRED

TYPES = {
    "string": "text",
    "add text prompt": "text",
    "q string": "text",
    "int": "integer",
    "add integer prompt": "integer",
    "q int": "integer",
    "add decimal prompt": "decimal",
    "q decimal": "decimal",
    "add date prompt": "date",
    "q date": "date",
    "add note prompt": "note",
    "q note": "note",
    "add calculate prompt": "calculate",
    "q calculate": "calculate",
    "begin group": "begin_group",
    "end group": "end_group",
    "get today": "today",
    "get start time": "start",
    "start time": "start",
    "get end time": "end",
    "end time": "end",
}
"""Spellings of a type that pyxform takes as well, beside our own."""

SELECTS = {
    "add select one prompt using": "select_one",
    "add select multiple prompt using": "select_multiple",
    "select all that apply from": "select_multiple",
    "select all that apply": "select_multiple",
    "select multiple from": "select_multiple",
    "select multiple": "select_multiple",
    "select one from": "select_one",
    "select one": "select_one",
    "select1": "select_one",
    "select_one": "select_one",
    "select_multiple": "select_multiple",
    "counts": "counts",
}
"""The spellings of a type with a list of choices, the longer one first."""

NOT_KEPT = ("start", "end")
"""Rows that are left out: Meetmoment notes itself when something was registered."""

DAY = "today"
"""The row that XLSForm fills in with the day; the worker is asked for it, and it may be earlier."""

_PLACES = "Places on a map could identify somebody. Delete the row."
_MEDIA = "Photos, voice and files could identify somebody. Delete the row."
_PEOPLE = "It would identify somebody. Delete the row."
_TIME = "Use date, or an integer for hours or minutes."
_REPEAT = "Delete the group, or make it a form of its own that is filled in several times."
_EXTERNAL = "Write the choices in the worksheet choices, and use select_one or select_multiple."

REFUSED_TYPES = {
    **dict.fromkeys(("begin_repeat", "begin repeat", "begin loop", "begin_loop"), _REPEAT),
    **dict.fromkeys(("begin lgroup", "begin looped group", "begin_lgroup"), _REPEAT),
    **dict.fromkeys(("end_repeat", "end repeat", "end loop", "end_loop"), _REPEAT),
    **dict.fromkeys(("end lgroup", "end looped group", "end_lgroup"), _REPEAT),
    **dict.fromkeys(("geopoint", "geotrace", "geoshape", "gps", "location", "osm"), _PLACES),
    **dict.fromkeys(("start-geopoint", "background-geopoint"), _PLACES),
    **dict.fromkeys(("image", "photo", "audio", "video", "file", "background-audio"), _MEDIA),
    **dict.fromkeys(("deviceid", "device id", "imei", "username", "email", "audit"), _PEOPLE),
    **dict.fromkeys(("phonenumber", "phone number", "subscriberid", "simserial"), _PEOPLE),
    **dict.fromkeys(("time", "datetime", "dateTime", "date time"), _TIME),
    **dict.fromkeys(("xml-external", "csv-external"), _EXTERNAL),
    "barcode": "Use text or integer.",
    "qrcode": "Use text or integer.",
    "range": "Use integer with a constraint, for instance . >= 0 and . <= 10.",
    "rank": "Use select_multiple, or a select_one for the first place.",
    "acknowledge": "Use note, which is read and confirmed.",
    "trigger": "Use note, which is read and confirmed.",
    "hidden": "Use calculate.",
    "percentage": "Use integer with a constraint, for instance . >= 0 and . <= 100.",
}
"""Types that are not supported, each with what to do instead."""

REFUSED_SELECTS = {
    **dict.fromkeys(("select_one_from_file", "select one from file"), _EXTERNAL),
    **dict.fromkeys(("select_multiple_from_file", "select multiple from file"), _EXTERNAL),
    **dict.fromkeys(("select_one_external", "select one external"), _EXTERNAL),
    **dict.fromkeys(("cascading_select", "cascading select"), "Use select_one with choice_filter."),
    **dict.fromkeys(("begin_repeat", "begin repeat", "begin loop over"), _REPEAT),
    "rank": REFUSED_TYPES["rank"],
    "osm": _PLACES,
}
"""The same for types that name a list or a file."""

INDICATOR_COLUMNS = {
    "indicator_name": "name",
    "set": "set",
    "kind": "kind",
    "cmo": "cmo",
    "value_type": "value_type",
    "unit": "unit",
    "definition": "definition",
    "reason": "reason",
    "example": "example",
    "sensitivity": "sensitivity",
    "registrar": "registrar",
    "previous": "previous",
}
"""Columns of the survey that say something of a question's indicator."""

TRANSLATED = {
    "survey": (
        *("label", "hint", "guidance_hint", "constraint_message", "warning_message"),
        *("indicator_name", "unit", "definition", "reason", "example"),
    ),
    "choices": ("label",),
    "settings": ("form_title", "purpose"),
}
"""The columns that may be there in several languages, by worksheet."""

ALIASES = {
    "survey": {
        "caption": "label",
        "command": "type",
        "tag": "name",
        "value": "name",
        "relevance": "relevant",
        "readonly": "read_only",
        "calculate": "calculation",
        "constraining_message": "constraint_message",
        "jr:constraintmsg": "constraint_message",
        "requiredmsg": "required_message",
        "jr:requiredmsg": "required_message",
        "repeat_count": "count",
        "jr:count": "count",
    },
    "choices": {"caption": "label", "value": "name"},
    "settings": {
        "title": "form_title",
        "set_form_title": "form_title",
        "set_form_id": "form_id",
        "id_string": "form_id",
    },
}
"""Other names of a column, as pyxform takes them."""

SUPPORTED = {
    "survey": (*COLUMNS, *INDICATOR_COLUMNS, MARK, REQUIRED),
    "choices": ("list_name", "name", "label", "exclusive", "indicators", MARK),
    "settings": (
        *("form_title", "form_id", "version", "default_language", "sheet", "level", "moments"),
        *("menu", "order", "registrar", "single", "purpose", "remarks", "source", "observed_on"),
    ),
}
"""The columns that have a meaning, by worksheet; in choices the others serve a choice_filter."""

IGNORED = {
    "survey": (
        *("required_message", "level", "notes", "comments", "hxl", "$kuid", "$autoname", "$prev"),
        *("kuid", "$xpath", "$qpath", "select_from_list_name"),
    ),
    "choices": ("notes", "comments", "hxl", "kuid", "$kuid", "$autovalue"),
    "settings": ("instance_name", "style", "auto_send", "auto_delete", "clean_text_values"),
}
"""Columns without which the form means the same; they are left out."""

_NO_MEDIA = "A chat shows no media. Say it in the label, and empty the cell."
_BY_ITS_NAME = "Use the column of its own name: relevant, constraint, appearance. Empty the cell."
_SENDS = "Answers stay in Meetmoment. Empty the cell."
_EMPTY = "Empty the cell."

REFUSED = {
    "survey": {
        **dict.fromkeys(("media", "image", "big-image", "audio", "video", "autoplay"), _NO_MEDIA),
        **dict.fromkeys(("bind", "control", "body", "instance"), _BY_ITS_NAME),
        "count": _REPEAT,
        "trigger": "Write the calculation in the column calculation. Empty the cell.",
        "parameters": "Choices stand in their own order, and limits in constraint. Empty the cell.",
        "save_to": _SENDS,
        "disabled": "Delete the row if it is not to be asked, or empty the cell.",
        "intent": _EMPTY,
        "rows": _EMPTY,
    },
    "choices": {
        **dict.fromkeys(("media", "image", "big-image", "audio", "video"), _NO_MEDIA),
        "geometry": _PLACES.replace("Delete the row", "Empty the cell"),
    },
    "settings": {
        **dict.fromkeys(("public_key", "submission_url"), _SENDS),
        "allow_choice_duplicates": "Give each choice of a list its own name. Empty the cell.",
        "prefix": _EMPTY,
        "namespaces": _EMPTY,
    },
}
"""Columns of XLSForm that are not supported, each with what to do instead."""

REFUSED_WORKSHEETS = {
    "external_choices": "Move its rows to the worksheet choices, and delete it.",
    "entities": "Delete it; records of a participant belong together by the participant's code.",
    "osm": "Delete it; places on a map are not registered.",
}
"""Worksheets of XLSForm that are not supported."""

HARMLESS = frozenset(
    {
        *("minimal", "quick", "quickcompact", "compact", "horizontal", "horizontal-compact"),
        *("likert", "columns", "columns-pack", "no-buttons", "list", "list-nolabel", "label"),
        *("table-list", "field-list", "multiline", "numbers", "thousands-sep", "no-calendar"),
        *("autocomplete", "search", "vertical", "w1", "w2", "w3", "w4", "summary"),
    }
)
"""Appearances that say how a screen is drawn, which a chat does its own way."""

OPERANDS = {
    "/": "A path has no meaning here. Refer to a question as ${name}.",
    "[": "A path has no meaning here. Refer to a question as ${name}.",
    "|": "Use or between conditions.",
    "&": "Use and between conditions.",
    "!": "Write not(…), or != for “is not”.",
    ";": "Separate arguments with a comma.",
    "%": "Use mod for a remainder, or the plain number.",
}
"""Signs that are not supported in an expression, each with what to do instead."""

CALLS = {
    "pulldata": "Other files are not read. Write the values as choices.",
    "instance": "Other files are not read. Write the values as choices.",
    "once": "A calculation is worked out anew each time. Use default.",
    "jr:choice-name": "Compare with the choice's name.",
    "jr:itext": "Write the text itself.",
    "indexed-repeat": "There are no repeats.",
    "position": "There are no repeats.",
    "count": "There are no repeats. For choices, use count-selected().",
    "sum": "Add the questions up: ${a} + ${b}.",
    "now": "Use today().",
    "format-date": "A date compares as it is.",
    "date-time": "Use date().",
    "decimal-date-time": "A date counts as a number of days as it is.",
    "random": "Nothing is drawn by lot.",
    "uuid": "Each record has an id of its own.",
    "randomize": "Choices stand in their own order.",
    "string-length-utf8": "Use string-length().",
    "distance": "Places on a map are not registered.",
    "area": "Places on a map are not registered.",
    "property": "Who registers is noted by itself.",
}
"""Functions of XLSForm that are not supported, each with what to do instead."""

QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"'})
"""What a spreadsheet program makes of straight quotes; pyxform takes it back as well."""

YES = frozenset({"yes", "true", "true()", "1"})
NO = frozenset({"no", "false", "false()", "0"})
