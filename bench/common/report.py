"""The machine the figures come from, and the table."""
import os
import platform
import statistics
import time


def machine():
    """What a reader must know to compare figures."""
    model = "?"
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "?")
    except OSError:
        pass
    return {"cpu": model, "cores": len(os.sched_getaffinity(0)), "kernel": platform.release(),
            "date": time.strftime("%Y-%m-%d %H:%M", time.gmtime()), "load": load()}


def load():
    return round(os.getloadavg()[0], 2)


class Row:
    """All good runs of one tool at one job."""

    def __init__(self, job, tool, version, corpus):
        self.job, self.tool, self.version, self.corpus = job, tool, version, corpus
        self.costs, self.problem = [], ""
        self.rival = None  # the row of the second tool, where the target is a share of what that one does

    def figures(self):
        n = self.corpus.articles
        cpu = [c.cpu / n * 1e6 for c in self.costs]
        wall = min(c.wall for c in self.costs)
        return {"cpu_us_min": min(cpu), "cpu_us_median": statistics.median(cpu),
                "system_us": min(c.system for c in self.costs) / n * 1e6,
                "articles_per_s": n / wall, "mb_per_s": self.corpus.bytes / wall / 1e6,
                "peak_mib": max(c.peak_mib for c in self.costs), "runs": len(self.costs)}

    def verdict(self):
        """(target in words, whether it is met or None) — only the first tool of a job has one."""
        if self.tool is not self.job.tools[0] or not self.costs:
            return "", None
        f = self.figures()
        if self.job.share is not None:
            if self.rival is None or not self.rival.costs:
                return f">= {self.job.share:.0%} of {self.job.tools[1].name}", None
            share = self.rival.figures()["cpu_us_median"] / f["cpu_us_median"]
            return f">= {self.job.share:.0%} of {self.rival.tool.name}, is {share:.0%},", share >= self.job.share
        if self.job.cpu_us is not None:
            return f"<= {self.job.cpu_us} us", f["cpu_us_min"] <= self.job.cpu_us
        return f"<= {self.job.peak_mib:.0f} MiB", f["peak_mib"] <= self.job.peak_mib

    def as_json(self):
        target, met = self.verdict()
        out = {"job": self.job.name, "tool": self.tool.name, "does": self.tool.does, "version": self.version}
        if self.problem:
            out["problem"] = self.problem
        if self.costs:
            out |= {"articles": self.corpus.articles, "bytes": self.corpus.bytes} | self.figures()
        return out | ({"target": target, "met": met} if target else {})


HEADINGS = ("job", "tool", "what it does", "articles", "CPU us/article", "median", "of it system", "articles/s", "MB/s", "peak RSS MiB", "target")


def cells(row):
    left = (row.job.name, row.tool.name, row.tool.does)
    if not row.costs:
        return (*left, row.problem)
    f = row.figures()
    target, met = row.verdict()
    return (*left, str(row.corpus.articles), f"{f['cpu_us_min']:.1f}", f"{f['cpu_us_median']:.1f}", f"{f['system_us']:.1f}",
            f"{f['articles_per_s']:,.0f}", f"{f['mb_per_s']:.0f}", f"{f['peak_mib']:.0f}",
            f"{target} {'?' if met is None else 'met' if met else 'MISSED'}" if target else "")


def table(rows):
    lines = [HEADINGS, *(cells(row) for row in rows)]
    full = [line for line in lines if len(line) == len(HEADINGS)]
    widths = [max(len(line[i]) for line in full) for i in range(len(HEADINGS))]
    for i in range(3):
        widths[i] = max(len(line[i]) for line in lines)
    out = []
    for line in lines:
        texts = [t.ljust(w) if i < 3 or i == 10 or len(line) == 4 else t.rjust(w) for i, (t, w) in enumerate(zip(line, widths))]
        out.append("  ".join(texts).rstrip())
    out.insert(1, "  ".join("-" * w for w in widths))
    return "\n".join(out)
