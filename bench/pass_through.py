"""What does an article cost that nothing is done to? JSON lines in, JSON lines out.

copydesk parses each line, gives it id and origin, keeps its position with the output's in a commit and writes it anew.
syslog-ng and Benthos copy the bytes of a line without looking into it; the second Benthos parses and writes JSON, which
is nearer to the same work, though without a commit.
"""
from common.job import Job, lines
from common.tools import Benthos, Copydesk, SyslogNg

JOBS = [Job(
    name="pass_through",
    question="JSON lines to JSON lines, no stages",
    tools=[Copydesk("parses, commits"),
           SyslogNg(),
           Benthos("copies lines", "lines: {}"),
           Benthos("parses", "lines: {}", mapping="root = this")],
    make=lines(200_000),  # 1 GB: the start of a process is a small part of it
    cpu_us=15)]
