"""Texts by chance, made from real plans, for the reader and all that rests on it.

    make fuzz SECONDS=600

What breaks a law is made as small as it goes, printed, and kept in var/fuzz/. Put it
into tests/document as an example before you mend it. Another seed, other texts; the
same seed, the same ones.
"""

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from plans import document as doc
from plans.markdown.rendering import markdown_html, plain_text
from tests.document import texts

HERE = Path(__file__).resolve().parent
REAL = HERE.parents[1] / "shared"
KEPT = HERE.parent / "var" / "fuzz"
LONGEST = 6_000  # characters of a text; longer ones only make the run slower
SLOW = 0.4  # seconds of the processor: below this nobody notices how time grows
MOST_GROWTH = 3.2  # twice the text may take so much more; squared is four
HANGS_AFTER = 60

PARTS = [*texts.FRAGMENTS, *texts.HOSTILE, *texts.MARK_PARTS]
LINES = ["\n", "\n\n", "\r\n", "\r", "\n  ", "\n    ", "\n- ", "\n> ", "\n\t"]
SIGNATURE = doc.Signature("Dana | *Okafor*", date(2026, 11, 24), 3, "1a2b3c4d5e6f")


# --- texts ---------------------------------------------------------------------------


def seeds() -> list[str]:
    files = [*(HERE / "document/golden").glob("*.md"), *sorted(REAL.rglob("*.md"))]
    read = [path.read_bytes().decode("utf-8", "replace") for path in files]
    return [doc.default_template(), texts.KINDS, *read]


def mutated(chance: random.Random, known: list[str]) -> str:
    longest = chance.choice([100, 300, 300, 1_000, LONGEST])
    text = piece_of(chance, chance.choice(known), longest)
    for _ in range(chance.choice([1, 1, 2, 3, 5, 8, 20])):
        text = chance.choice(MUTATIONS)(chance, text, known)
    return text[: 2 * LONGEST]


def piece_of(chance: random.Random, text: str, longest: int) -> str:
    """Whole lines from somewhere in a text."""
    if len(text) <= longest:
        return text
    start = chance.randrange(len(text) - longest)
    start = text.rfind("\n", 0, start) + 1
    return text[start : start + chance.randrange(longest)]


def span(chance: random.Random, text: str, longest: int = 200) -> tuple[int, int]:
    start = chance.randrange(len(text) + 1)
    return start, min(len(text), start + chance.randrange(longest))


def insert(chance: random.Random, text: str, known: list[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(PARTS) + text[at:]


def insert_line(chance: random.Random, text: str, known: list[str]) -> str:
    line = "".join(chance.choices(PARTS, k=chance.randrange(1, 5)))
    at = text.find("\n", chance.randrange(len(text) + 1)) + 1
    return text[:at] + line + chance.choice(LINES) + text[at:]


def drop(chance: random.Random, text: str, known: list[str]) -> str:
    start, end = span(chance, text)
    return text[:start] + text[end:]


def double(chance: random.Random, text: str, known: list[str]) -> str:
    start, end = span(chance, text)
    return text[:end] + text[start:end] * chance.choice([1, 1, 2, 9]) + text[end:]


def move(chance: random.Random, text: str, known: list[str]) -> str:
    start, end = span(chance, text)
    rest = text[:start] + text[end:]
    at = chance.randrange(len(rest) + 1)
    return rest[:at] + text[start:end] + rest[at:]


def splice(chance: random.Random, text: str, known: list[str]) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + piece_of(chance, chance.choice(known), 400) + text[at:]


def replace(chance: random.Random, text: str, known: list[str]) -> str:
    start, end = span(chance, text, 4)
    character = chr(chance.choice([chance.randrange(128), chance.randrange(0x3000)]))
    return text[:start] + character + text[end:]


def end_lines(chance: random.Random, text: str, known: list[str]) -> str:
    return text.replace("\n", chance.choice(LINES), chance.choice([1, 3, -1]))


MUTATIONS = [insert, insert_line, drop, double, move, splice, replace, end_lines]


def repeated(chance: random.Random) -> Callable[[int], str]:
    """A text that can be had in any length: `text(1000)`."""
    before = "".join(chance.choices([*PARTS, *LINES], k=chance.randrange(3)))
    first = "".join(chance.choices([*PARTS, *LINES], k=chance.randrange(1, 4))) or "a"
    last = chance.choice(["", "", *PARTS])
    is_deep = chance.random() < 0.2

    def text(length: int) -> str:
        count = max(1, length // len(first + last))
        if is_deep:  # each line is further in, up to what a page of text has
            lines = (f"{'  ' * (n % 60)}{first}" for n in range(count))
            return before + "\n".join(lines) + last * count
        return before + first * count + last * count

    return text


# --- laws ----------------------------------------------------------------------------


def keeps_every_character(text: str) -> None:
    assert doc.write(doc.read(text)) == text


def is_checked(text: str) -> None:
    document = doc.read(text)
    last = len(text.splitlines()) + text.count("\r") + 2
    assert all(0 < problem.line <= last for problem in doc.check(document))
    doc.outline(document)
    for _, _, item in document.walk():
        doc.item_completeness(item)


def is_finished_once(text: str) -> None:
    frozen = doc.take_snapshot(doc.read(text))
    assert doc.take_snapshot(doc.read(frozen.text)).text == frozen.text
    for dialect in (None, *doc.Dialect):
        doc.draft(doc.read(text), dialect=dialect, compatible=True)
        try:
            doc.finalize(doc.read(text), dialect=dialect)
        except doc.NotFinished as refusal:
            assert refusal.problems


def has_parts(text: str) -> None:
    assert sum(map(len, doc.split_chapters(text).values())) == len(text)


def is_signed(text: str) -> None:
    bare = doc.strip_signatures(text)
    assert doc.strip_signatures(bare) == bare
    frozen = doc.take_snapshot(doc.read(text)).text
    lines = doc.approval_lines(frozen)
    signed = doc.add_signatures(frozen, [[SIGNATURE]] * len(lines))
    assert doc.strip_signatures(signed) == frozen
    # A name is printed without what Markdown would take for its own, and read back.
    assert all(line.signatures for line in doc.approval_lines(signed))


def is_compared(text: str) -> None:
    before, after = doc.read(text), doc.read(text[: len(text) // 2] + text[:99])
    assert not doc.compare(before, doc.read(text))
    doc.compare(before, after)
    doc.compare(after, before)


def is_merged(text: str) -> None:
    half = len(text) // 2
    doc.merge(text, f"{text[:half]} x {text[half:]}", f"y {text}")
    doc.word_diff(text, text[half // 2 :] + text[:99])


def is_shown(text: str) -> None:
    markdown_html(text)
    plain_text(text)


LAWS = [
    keeps_every_character,
    is_checked,
    is_finished_once,
    has_parts,
    is_signed,
    is_compared,
    is_merged,
    is_shown,
]


def broken_by(text: str, law: Callable[[str], None]) -> str:
    """How a text breaks a law; "" when it does not."""
    signal.setitimer(signal.ITIMER_PROF, HANGS_AFTER)
    try:
        law(text)
    except Exception as error:  # whatever it is, it is what we look for
        return f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return ""


def hangs(number: int, frame: object) -> None:
    raise TimeoutError(f"more than {HANGS_AFTER} s")


def seconds_of(text: str, law: Callable[[str], None]) -> float:
    started = time.process_time()
    broken_by(text, law)
    return time.process_time() - started


def grows_too_fast(text: Callable[[int], str], law: Callable[[str], None]) -> str:
    """Says so when twice the text takes much more than twice the time."""
    length = 2_000
    once = seconds_of(text(length), law)
    while length < 64_000 and once < SLOW:
        length *= 2
        twice = seconds_of(text(length), law)
        if twice > SLOW and twice > MOST_GROWTH * once:
            # Somebody else may have been at the processor: ask again, and go further.
            once = min(seconds_of(text(length), law) for _ in range(2))
            twice = min(seconds_of(text(2 * length), law) for _ in range(2))
            if twice > MOST_GROWTH * once:
                return f"{length:,} characters {once:.2f} s, twice that {twice:.2f} s"
        once = twice
    return ""


def smallest(text: str, law: Callable[[str], None]) -> str:
    """The text without all that can go while it still breaks the law."""
    size = len(text) // 2
    ends = time.monotonic() + 120
    while size and time.monotonic() < ends:
        at = 0
        while at < len(text):
            shorter = text[:at] + text[at + size :]
            if broken_by(shorter, law):
                text = shorter
            else:
                at += size
        size //= 2
    return text


# --- the run -------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = (
        random.SystemRandom().randrange(10**6) if options.seed is None else options.seed
    )
    print(f"seed {seed}", flush=True)
    chance, known = random.Random(seed), seeds()  # noqa: S311 - no secret is made
    signal.signal(signal.SIGPROF, hangs)
    ends = time.monotonic() + options.seconds
    failures: dict[str, str] = {}
    tried = grown = 0
    while time.monotonic() < ends:
        if tried % 25 == 24:
            grown += 1
            text, law = repeated(chance), chance.choice(LAWS)
            if how := grows_too_fast(text, law):
                report(failures, law, "grows", how, text(200))
        text = mutated(chance, known)
        tried += 1
        for law in LAWS:
            if how := broken_by(text, law):
                kind = how[:60]
                if f"{law.__name__} {kind}" not in failures:
                    report(failures, law, kind, how, smallest(text, law))
    print(f"{tried:,} texts, {grown} of growing length, {len(failures)} found")
    return 1 if failures else 0


def report(
    failures: dict[str, str], law: Callable[[str], None], kind: str, how: str, text: str
) -> None:
    failures[f"{law.__name__} {kind}"] = text
    KEPT.mkdir(parents=True, exist_ok=True)
    path = KEPT / f"{law.__name__}-{len(failures)}.md"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    print(f"{law.__name__}: {how}\n  {text!r}\n  kept in {path}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
