"""Made-up news articles, the same for the same seed: no two alike but the copies that are asked for."""
import json
import multiprocessing
import os
import random
import zlib
from array import array

from common import vocabulary as v

SEED = 20240607
BODY_BYTES = (4440, 4660)  # with title, id and quotes a JSON line of about 4.7 KB
BLOCK = 2500               # articles generated with one seed; a copy is of an article of its block
COPY_EVERY = 10            # articles: every tenth is a copy when copies are asked for, half of them edited


class Writer:
    """Writes articles one after another; not for threads."""

    def __init__(self, seed):
        self._random = random.Random(seed).random

    def pick(self, words):
        return words[int(self._random() * len(words))]

    def person(self):
        if self._random() < 0.25:
            return self.pick(v.PEOPLE)
        return self.pick(v.FIRST_NAMES) + " " + self.pick(v.LAST_NAMES)

    def thing(self):
        if self._random() < 0.6:
            return f"{self.pick(v.ARTICLES)} {self.pick(v.ADJECTIVES)} {self.pick(v.NOUNS)}"
        return f"{self.pick(v.ARTICLES)} {self.pick(v.NOUNS)}"

    def clause(self):
        subject = self.thing()
        if self._random() < 0.3:
            subject += f" {self.pick(v.ADVERBS)}"
        return f"{subject} {self.pick(v.VERBS)} {self.thing()} {self.pick(v.PREPOSITIONS)} {self.thing()}"

    def sentence(self):
        draw = self._random()
        text = self.clause()
        if draw < 0.15:
            text = f"{self.person()} of {self.pick(v.ORGANISATIONS)} {self.pick(v.SAID)} that {text}"
        elif draw < 0.35:
            text = f"In {self.pick(v.PLACES)} {text} on {self.pick(v.DAYS)}"
        elif draw < 0.5:
            text = f"{text} for {int(self._random() * 9000) + 12:,} {self.pick(v.UNITS)}"
        elif draw < 0.6:
            text = f"\u201c{text}\u201d, {self.person()} {self.pick(v.SAID)}"
        if self._random() < 0.4:
            text = f"{text}, {self.pick(v.LINKS)} {self.clause()}"
        return text[0].upper() + text[1:] + "."

    def paragraphs(self):
        low, high = BODY_BYTES
        wanted = low + int(self._random() * (high - low)) - 70  # a sentence goes on a little beyond it
        out, size = [], 0
        while size < wanted:
            sentences = []
            for _ in range(3):
                sentences.append(self.sentence())
                size += len(sentences[-1]) + 1
                if size >= wanted:
                    break
            out.append(" ".join(sentences))
        return out

    def title(self):
        return f"{self.pick(v.PLACES)}: {self.pick(v.ADJECTIVES)} {self.pick(v.NOUNS)} {self.pick(v.VERBS)} {self.thing()}"

    def chrome(self):
        return self.pick(v.CHROME).format(self.title())


def article_id(number):
    return f"bench-{number:07}"


def body_sum(text):
    return zlib.crc32(text.encode())


class Stories:
    """(title, paragraphs) one after another; with copies, every tenth is one of an earlier story."""

    def __init__(self, seed, copies):
        self._writer, self._copies = Writer(seed), copies
        self._earlier = []
        self._made = 0

    def next(self):
        self._made += 1
        if self._copies and self._made % COPY_EVERY == 0:
            return self._copy()
        story = (self._writer.title(), self._writer.paragraphs())
        if self._copies:
            self._earlier.append(story)
        return story

    def _copy(self):
        title, paragraphs = self._writer.pick(self._earlier)
        if self._made % (2 * COPY_EVERY) == 0:
            return title, paragraphs
        paragraphs = list(paragraphs)
        paragraphs[-1] = self._writer.sentence()
        return title, paragraphs

    def scraped(self, paragraphs):
        """The text as a scraper flattens it: lines, with two of the page's furniture among them."""
        lines = list(paragraphs)
        lines.insert(len(lines) // 2, self._writer.chrome())
        lines.append(self._writer.chrome())
        return "\n".join(lines)


class Corpus:
    """What was written: where, how many bytes, and a checksum of each body as it was put in."""

    def __init__(self, path):
        self.path, self.bytes, self.sums = path, 0, array("L")

    @property
    def articles(self):
        return len(self.sums)


def _lines_of(block):
    seed, first, articles, scraped = block
    stories, lines, sums = Stories(seed + first, copies=scraped), [], array("L")
    for number in range(first, first + articles):
        title, paragraphs = stories.next()
        body = stories.scraped(paragraphs) if scraped else "\n\n".join(paragraphs)
        lines.append(json.dumps({"id": article_id(number), "title": title, "body": body}, ensure_ascii=False) + "\n")
        sums.append(body_sum(body))
    return "".join(lines).encode(), sums


def _files_of(block):
    seed, first, articles, folder = block
    stories, size, sums = Stories(seed + first, copies=False), 0, array("L")
    for number in range(first, first + articles):
        title, paragraphs = stories.next()
        text = title + "\n\n" + "\n\n".join(paragraphs)
        sums.append(body_sum(text))
        with open(os.path.join(folder, article_id(number) + ".txt"), "wb") as file:
            size += file.write(text.encode())
    return size, sums


def _blocks(seed, articles, what):
    """A block has its own seed, so that the cores can share the work and the result does not depend on how."""
    return [(seed, first, min(BLOCK, articles - first), what) for first in range(0, articles, BLOCK)]


def write_lines(path, articles, seed=SEED, scraped=False):
    """JSON lines: `articles` of them; scraped: with furniture in the body, and every tenth a copy of another."""
    corpus = Corpus(path)
    with open(path, "wb") as file, multiprocessing.Pool() as pool:
        for data, sums in pool.imap(_lines_of, _blocks(seed, articles, scraped)):
            corpus.bytes += file.write(data)
            corpus.sums.extend(sums)
    return corpus


def write_documents(folder, files, seed=SEED):
    """Text files of one article each; the number is the file's name."""
    corpus = Corpus(folder)
    os.makedirs(folder)
    with multiprocessing.Pool() as pool:
        for size, sums in pool.imap(_files_of, _blocks(seed, files, folder)):
            corpus.bytes += size
            corpus.sums.extend(sums)
    return corpus
