"""Looks whether an output holds every article exactly once. A figure of a run that fails here is not shown: a benchmark
that compares different work is worth nothing."""
import json
import os

from common.corpus import body_sum


class Wrong(Exception):
    """The output is not what the job asks for; the text says how."""


def number_of(article):
    """The article's number in the corpus, from its id or from the name of the file it came from."""
    name = article.get("id", "")
    if not name.startswith("bench-"):
        name = os.path.basename(article["source"]["path"]).removesuffix(".txt")
    return int(name.removeprefix("bench-"))


def every_article_once(path, corpus, same_body, look=None):
    """Raises Wrong; otherwise every number is there once, and with same_body every body as it was put in. `look` is shown
    each article."""
    seen, lines = bytearray(corpus.articles), 0
    with open(path, "rb") as file:
        for line in file:
            lines += 1
            try:
                article = json.loads(line)
                number = number_of(article)
                body = article["body"]
            except (ValueError, KeyError, TypeError) as e:
                raise Wrong(f"line {lines} is no article: {e!r}") from None
            if not 0 <= number < corpus.articles or seen[number]:
                raise Wrong(f"article {number} is there twice, or was never put in")
            seen[number] = 1
            if same_body and body_sum(body) != corpus.sums[number]:
                raise Wrong(f"the body of article {number} has changed")
            if look:
                look(article)
    if lines != corpus.articles:
        raise Wrong(f"{lines} articles of {corpus.articles}")
