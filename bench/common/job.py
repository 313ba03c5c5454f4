"""What a benchmark file describes: one question, an input, the tools that do the work, and what counts as done."""
import os

from common import check, corpus


class Job:
    """The target is on the first tool: at most `cpu_us` CPU an article, at most `peak_mib` of memory, or at least `share` of
    the articles that the second tool manages with the same CPU."""

    def __init__(self, name, question, tools, make, cpu_us=None, peak_mib=None, share=None, same_body=True, runs=None):
        self.name, self.question, self.tools, self._make = name, question, tools, make
        self.cpu_us, self.peak_mib, self.share, self.same_body, self.runs = cpu_us, peak_mib, share, same_body, runs
        self.notes = []

    def corpus(self, scratch, quick):
        """The input, made once a scratch folder."""
        return self._make(scratch, quick)

    def close(self):
        """After all runs, before the scratch folder goes."""

    def check(self, output, made):
        """Raises check.Wrong. A job that looks further sets its notes."""
        check.every_article_once(output, made, self.same_body)


_made = {}  # path → Corpus: jobs share inputs


def lines(articles, scraped=False):
    """A maker of a JSON-lines file; a tenth of it with --quick."""
    def make(scratch, quick):
        count = articles // 10 if quick else articles
        path = os.path.join(scratch, f"{'scraped' if scraped else 'plain'}-{count}.jsonl")
        if path not in _made:
            _made[path] = corpus.write_lines(path, count, scraped=scraped)
        return _made[path]
    return make


def documents(files):
    """A maker of a folder of text files."""
    def make(scratch, quick):
        count = files // 10 if quick else files
        path = os.path.join(scratch, f"documents-{count}")
        if path not in _made:
            _made[path] = corpus.write_documents(path, count)
        return _made[path]
    return make
