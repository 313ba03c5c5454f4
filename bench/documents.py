"""What does a file cost? A folder of 20,000 text files becomes JSON lines.

Both tools open, read and close each file and write its text as JSON with the file's path. copydesk also looks whether
somebody still writes it, remembers it by identity and content, so that it comes once in its life, and commits; Benthos
forgets, and would send all files again at the next start.
"""
from common.job import Job, documents
from common.tools import Benthos, Copydesk

JOBS = [Job(
    name="documents",
    question="a folder of text files to JSON lines",
    tools=[Copydesk("wraps in JSON, remembers, commits"),
           Benthos("wraps in JSON", "to_the_end: {}", mapping='root = {"source": {"path": @path}, "body": content().string()}')],
    make=documents(20_000),
    cpu_us=80)]
