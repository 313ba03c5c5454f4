"""One deduplicator over a file of JSON lines: each article is looked up among those before it, then added.

Usage: peer.py NAME FILE    prints {"articles", "cpu_s", "sum", "found", "missed", "false"}; one thread

All as their manuals recommend for near copies of texts: runs of five words, Jaccard similarity 0.5, 128 permutations
(gaoya: 42 bands of 3, its nearest to that). The text is lower-cased and cut at white space; what each tool does itself is
left to it. Only look-up, shingling and adding are timed, not reading and parsing the file.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"

WORDS, PERMUTATIONS, THRESHOLD = 5, 128, 0.5


def shingles(text):
    words = text.lower().split()
    return {" ".join(words[i:i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))}


def datasketch():
    from datasketch import MinHash, MinHashLSH  # pylint: disable=import-error,import-outside-toplevel
    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)

    def judge(key, text):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([s.encode() for s in shingles(text)])
        found = index.query(sketch)
        index.insert(key, sketch)
        return found
    return judge


def rensa():
    from rensa import RMinHash, RMinHashLSH  # pylint: disable=import-error,import-outside-toplevel
    index = RMinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS, num_bands=32)

    def judge(key, text):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(list(shingles(text)))
        found = index.query(sketch)
        index.insert(key, sketch)
        return found
    return judge


def gaoya():
    from gaoya.minhash import MinHashStringIndex  # pylint: disable=import-error,import-outside-toplevel
    index = MinHashStringIndex(hash_size=32, jaccard_threshold=THRESHOLD, num_bands=42, band_size=3,
                               analyzer="word", lowercase=True, ngram_range=(WORDS, WORDS))

    def judge(key, text):
        found = index.query(text)
        index.insert_document(key, text)
        return found
    return judge


def chained(total, text):
    """FNV-1a of all bodies, as dedup_bench has it."""
    for byte in text.encode():
        total = (total ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return total


def main():
    name, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        articles = [json.loads(line) for line in file]
    total = 0xCBF29CE484222325
    for article in articles:
        total = chained(total, article["body"])
    story = [int(a["story"][1:]) for a in articles]
    judge = {"datasketch": datasketch, "rensa": rensa, "gaoya": gaoya}[name]()
    result = {"articles": len(articles), "sum": f"{total:016x}", "found": 0, "missed": 0, "false": 0}
    began, verdicts = time.process_time(), []
    for number, article in enumerate(articles):
        verdicts.append(judge(number, article["title"] + "\n" + article["body"]))
    result["cpu_s"] = time.process_time() - began
    for number, found in enumerate(verdicts):
        if story[number] != number:
            result["found" if any(story[f] == story[number] for f in found) else "missed"] += 1
        else:
            result["false"] += bool(found)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
