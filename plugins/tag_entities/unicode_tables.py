#!/usr/bin/env python3
"""Writes unicode_tables.inc from the character database of the running Python. Usage: unicode_tables.py > unicode_tables.inc

Three tables: runs of character classes (what is a word, a mark, a space ...), canonical decompositions and simple
lower case of the bicameral scripts. Everything the tokeniser knows about Unicode comes from here.
"""
import sys
import unicodedata

# Classes, in the order of `enum class CharClass` in unicode.h.
OTHER, UPPER, LOWER, LETTER, DIGIT, MARK, IDEOGRAPH, SPACE, HYPHEN, APOSTROPHE, IGNORABLE = range(11)

HYPHENS = {0x2D, 0x2010, 0x2011, 0x2012, 0x2013, 0x2212, 0xFE63, 0xFF0D}
APOSTROPHES = {0x27, 0x60, 0xB4, 0x2018, 0x2019, 0x201B, 0x2032, 0x02BB, 0x02BC, 0x02BE, 0x02BF, 0xFF07}
# Invisible characters that may stand inside a word without ending it.
IGNORABLE_CHARS = {0xAD, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x061C, 0x034F} | set(range(0xFE00, 0xFE10))
LAST = 0x1FFFF  # Above it there are only ideographs, private use and tags; unicode.cpp answers those itself.


def no_word_spaces(cp):
    """Scripts written without spaces between words: each character is a token of its own."""
    return (0x3040 <= cp <= 0x309F or 0x3400 <= cp <= 0x4DBF or 0x4E00 <= cp <= 0x9FFF or 0xF900 <= cp <= 0xFAFF
            or cp in (0x3005, 0x3007) or 0x0E00 <= cp <= 0x0EFF or 0x1000 <= cp <= 0x109F or 0x1780 <= cp <= 0x17FF)


def char_class(cp):
    if cp in HYPHENS:
        return HYPHEN
    if cp in APOSTROPHES:
        return APOSTROPHE
    if cp in IGNORABLE_CHARS:
        return IGNORABLE
    if cp in (9, 10, 11, 12, 13, 0x85):
        return SPACE
    ch = chr(cp)
    cat = unicodedata.category(ch)
    if cat[0] == "Z":
        return SPACE
    if cat[0] == "M":
        return MARK
    if cat[0] == "N":
        return DIGIT
    if cat[0] != "L":
        return OTHER
    if no_word_spaces(cp):
        return IDEOGRAPH
    return {"Lu": UPPER, "Lt": UPPER, "Ll": LOWER}.get(cat, LETTER)


def runs():
    last = None
    for cp in range(LAST + 1):
        c = char_class(cp)
        if c != last:
            yield cp, c
            last = c


def bicameral():
    for lo, hi in ((0x80, 0x588), (0x1E00, 0x2000)):
        yield from range(lo, hi)


def table(name, type_, rows):
    print(f"constexpr {type_} {name}[] = {{")
    line = "   "
    for row in rows:
        if len(line) + len(row) + 2 > 98:
            print(line)
            line = "   "
        line += " " + row + ","
    print(line)
    print("};")


print(f"// Written by unicode_tables.py from Unicode {unicodedata.unidata_version}; do not edit.")
print("// clang-format off")
table("kRuns", "Run", (f"{{{cp:#x},{c}}}" for cp, c in runs()))
decompositions = []
for cp in bicameral():
    parts = [ord(c) for c in unicodedata.normalize("NFD", chr(cp))]
    if len(parts) > 1 or parts[0] != cp:
        assert len(parts) <= 4, hex(cp)
        parts += [0] * (4 - len(parts))
        decompositions.append("{%#x,{%s}}" % (cp, ",".join(f"{p:#x}" if p else "0" for p in parts)))
table("kDecompositions", "Decomposition", decompositions)
lowers = []
for cp in bicameral():
    low = chr(cp).lower()
    if len(low) == 1 and ord(low) != cp:
        lowers.append(f"{{{cp:#x},{ord(low):#x}}}")
table("kLowers", "Lower", lowers)
print("// clang-format on")
