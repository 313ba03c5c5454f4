"""Annotated documents and plain text, from the files that people have."""
import json
import subprocess
import sys

SENTENCES = 40  # of a document, where the file marks none
TYPES = ("PER", "ORG", "LOC", "MISC")
# Beside these marks English has no space.
GLUED_LEFT = set(".,;:!?)]}%”’") | {"n't", "'s", "’s", "'re", "'ve", "'ll", "'d", "'m", "...", "''"}
GLUED_RIGHT = set("([{$£€“‘#") | {"``"}


def fail(message):
    sys.exit(f"train_entities: {message}")


def sentences_of(path):
    """Documents, each a list of sentences, each a list of (token, tag)."""
    documents, document, sentence = [], [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n") + ["", "-DOCSTART-\tO"], 1):
        if not line or line.startswith("-DOCSTART-"):
            if sentence:
                document.append(sentence)
                sentence = []
            if line and document:
                documents.append(document)
                document = []
            continue
        cells = line.split("\t")
        tag = cells[-1]
        if len(cells) < 2 or tag != "O" and (tag[:2] not in ("B-", "I-") or tag[2:] not in TYPES):
            fail(f"{path}:{number}: expected TOKEN, a tab and a tag: O, or B- or I- and one of {', '.join(TYPES)}")
        sentence.append((cells[0], tag))
    if len(documents) == 1:
        whole = documents[0]
        documents = [whole[i:i + SENTENCES] for i in range(0, len(whole), SENTENCES)]
    return documents


def as_text(sentences):
    """A document with the spaces that people write, and its names (begin, end, type) in code points."""
    text, names = "", []
    for sentence in sentences:
        text += "\n" if text else ""
        glue, quoted, name = True, False, None
        for token, tag in sentence:
            closing = token == '"' and quoted
            if not glue and token not in GLUED_LEFT and not closing:
                text += " "
            begin = len(text)
            text += token
            quoted = quoted != (token == '"')
            glue = token in GLUED_RIGHT or (token == '"' and quoted)
            if tag[0] == "I" and name and name[2] == tag[2:]:
                name[1] = len(text)
            elif tag != "O":
                name = [begin, len(text), tag[2:]]
                names.append(name)
            if tag == "O":
                name = None
    return text, names


def annotated_row(path, number, line):
    """The same of a line of JSONL."""
    try:
        row = json.loads(line)
        text = row.get("body", row.get("text"))
        names = sorted((e["start"], e["end"], e.get("type") or e.get("label")) for e in row.get("entities", [])
                       if e.get("field", "body") == "body")
    except (ValueError, AttributeError, KeyError, TypeError) as e:
        fail(f"{path}:{number}: {type(e).__name__}: {e}")
    if not isinstance(text, str):
        fail(f"{path}:{number}: it has neither `body` nor `text`")
    last = 0
    for begin, end, kind in names:
        if kind not in TYPES or not last <= begin < end <= len(text):
            fail(f"{path}:{number}: entity {begin} to {end} {kind}: it must lie in the text, after the one before, "
                 f"and be one of {', '.join(TYPES)}")
        last = end
    return text, names


def documents_of(path):
    """(text, names) of every document of a .tsv or .jsonl file."""
    if path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").split("\n")
        return [annotated_row(path, number, line) for number, line in enumerate(lines, 1) if line]
    return [as_text(sentences) for sentences in sentences_of(path)]


def write_documents(documents, out, all_types):
    """In the form that train/corpus.h reads. `all_types`: MISC is annotated as well."""
    with open(out, "wb") as file:
        for text, names in documents:
            at = [0]
            for character in text:
                at.append(at[-1] + len(character.encode("utf-8")))
            data = text.encode("utf-8")
            file.write(f"DOC {len(data)} {len(names)} {int(all_types)} 1\n".encode() + data + b"\n")
            file.write("".join(f"{at[b]} {at[e]} {t}\n" for b, e, t in names).encode())


def has_misc(documents):
    return any(kind == "MISC" for _, names in documents for _, _, kind in names)


def lines_of(path):
    """The lines of a text, JSON Lines or packed JSON Lines file, or of all in a folder."""
    if path.is_dir():
        for inside in sorted(path.rglob("*")):
            if inside.is_file() and (inside.suffix in (".txt", ".jsonl") or inside.name.endswith(".jsonl.zst")):
                yield from lines_of(inside)
        return
    if path.suffix == ".zst":
        text = subprocess.run(["zstd", "-dcq", "--long=27", path], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
    else:
        text = path.read_text(encoding="utf-8")
    for line in text.split("\n"):
        if ".jsonl" in path.name and line:
            row = json.loads(line)
            yield from row["lines"] if "lines" in row else row.get("body", row.get("text", "")).split("\n")
        elif line:
            yield line
