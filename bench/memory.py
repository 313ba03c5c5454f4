"""Does memory stay within its budget on input that does not? 1 GB of articles with `engine.memory: 256MiB`, with nothing
done to them and with all stages. The largest resident size may be the budget and 100 MB.
"""
from common.job import Job, lines
from common.tools import Copydesk
from stages import STAGES, Stages

ARTICLES = 213_000  # of 4.7 KB: 1 GB
BUDGET = "256MiB"
PEAK_MIB = 256 + 100 * 1000 * 1000 / (1 << 20)

JOBS = [
    Job(
        name="memory",
        question=f"1 GB, no stages, engine.memory {BUDGET}",
        tools=[Copydesk("parses, commits", memory=BUDGET)],
        make=lines(ARTICLES, scraped=True),
        peak_mib=PEAK_MIB,
        runs=1),
    Stages(
        name="memory_stages",
        question=f"1 GB, all stages, engine.memory {BUDGET}",
        tools=[Copydesk("all three stages", STAGES, memory=BUDGET)],
        make=lines(ARTICLES, scraped=True),
        peak_mib=PEAK_MIB,
        runs=1)]
