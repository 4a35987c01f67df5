"""Counts by category: a group of one whole number for each choice, and what they add up to.

The sum takes the question's name, so that expressions that read the question stay as they are.
"""

from collections.abc import Iterator

from flows.sheet import Choice, Question, choice_key
from flows.xlsform.lists import ADDED, MARK, Cells
from flows.xlsform.portable import about, both, quoted, with_columns
from flows.xlsform.rows import REQUIRED, Making, common, reason, unusual
from flows.xlsform.tongues import Spoken, joined

MOST = 999_999_999
"""The largest whole number that ODK lets anybody type."""


def counting(question: Question, making: Making) -> Iterator[Cells]:
    """Yield the group, its numbers, its sum and what the sum has to be."""
    sheet_row, name = common(question, making), making.name(question.name)
    yield {
        "type": "begin_group",
        "name": making.names.fresh(f"{name}_counts"),
        "label": sheet_row["label"],
        "relevant": sheet_row["relevant"],
        "appearance": "field-list",
        MARK: ADDED,
    }
    yield {
        "type": "note",
        "name": making.names.fresh(f"{name}_note"),
        **{column: sheet_row[column] for column in ("label", "hint", "guidance_hint")},
        MARK: ADDED,
    }
    numbers = [_number(question, choice, making) for choice in question.choices]
    yield from numbers
    yield sheet_row | {
        "type": "calculate",
        "calculation": _sum([f"${{{row['name']}}}" for row in numbers]),
        "constraint_message": making.text(question, "constraint_message"),
        REQUIRED: "yes" if question.required else "no",
        MARK: f"counts {making.lists.of(question)}",
    }
    yield from _checks(question, name, making)
    yield {"type": "end_group", MARK: ADDED}
    if question.missing:
        yield reason(question, making)
    if question.warning:
        yield unusual(question, making)


def _number(question: Question, choice: Choice, making: Making) -> Cells:
    columns = {"name": choice.name, **choice.columns}
    left = with_columns(
        making.said(question.choice_filter), {name: quoted(text) for name, text in columns.items()}
    )
    # Where a missing answer needs a reason, nothing typed is no answer; elsewhere it is 0.
    is_sure = question.required and not question.missing
    return {
        "type": "integer",
        "name": making.names.fresh(f"{making.name(question.name)}_{choice.name}"),
        "label": making.tongues.text(choice_key(question, choice.name)),
        "required": "yes" if is_sure else "no",
        "default": "0" if is_sure else "",
        "relevant": left,
        "constraint": f". >= 0 and . <= {MOST}",
        "constraint_message": making.tongues.say(
            "Please type a whole number, for instance {example}.", example=str(3 * question.step)
        ),
        MARK: ADDED,
    }


def _sum(numbers: list[str]) -> str:
    written = ", ".join(numbers)
    typed = f"concat({written})" if len(numbers) > 1 else written
    added = " + ".join(f"coalesce({number}, 0)" for number in numbers)
    return f"if({typed} = '', '', {added})"


def _checks(question: Question, name: str, making: Making) -> Iterator[Cells]:
    """Yield what nobody gets past while the sum is wrong; it is gone when the sum is right.

    A constraint on the last number would not look at a form in which that one is empty.
    """
    if question.total:
        total = making.names.fresh(f"{name}_total")
        added, wanted = f"${{{name}}}", f"${{{total}}}"
        yield {
            "type": "calculate",
            "name": total,
            "calculation": making.said(question.total),
            MARK: ADDED,
        }
        yield _check(
            f"{name}_sum",
            f"{added} != '' and {wanted} != '' and number({added}) != number({wanted})",
            making.tongues.say(
                "Together that makes {count}; it must be {total}.",
                count=added,
                total=wanted,
            ),
            making,
        )
    if question.constraint:
        allowed = about(making.said(question.constraint), name)
        message = making.text(question, "constraint_message")
        yield _check(
            f"{name}_check", both(f"${{{name}}} != ''", f"not({allowed})"), message, making
        )


def _check(name: str, wrong: str, message: Spoken, making: Making) -> Cells:
    correct = making.tongues.say("Please correct the numbers above.")
    return {
        "type": "acknowledge",
        "name": making.names.fresh(name),
        "label": joined(message, correct),
        "relevant": wrong,
        "required": "yes",
        "required_message": correct,
        # Ticking it does not help: only other numbers do.
        "constraint": "false()",
        "constraint_message": correct,
        MARK: ADDED,
    }
