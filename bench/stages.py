"""What does the whole desk cost? clean, tag_entities with the shipped lists alone and deduplicate, on scraped text of which
every tenth article is a copy: half of those word for word, half with another last paragraph. There is no peer here: none
of them has these stages.
"""
from common import check
from common.job import Job, lines
from common.tools import Copydesk

STAGES = "[{ type: clean }, { type: tag_entities, model: none }, { type: deduplicate, action: tag }]"


class Stages(Job):
    """Also counts what the stages found, so that stages that do nothing do not look fast."""

    def check(self, output, made):
        found = {"entities": 0, "copies": 0, "judged": 0}

        def look(article):
            found["entities"] += len(article.get("entities", []))
            status = article.get("dedup", {}).get("status")
            found["judged"] += status is not None
            found["copies"] += status in ("exact", "near")

        check.every_article_once(output, made, False, look)
        planted = made.articles // 10
        if found["judged"] != made.articles or found["entities"] < made.articles or not 0.8 < found["copies"] / planted < 1.2:
            raise check.Wrong(f"the stages did not do their work: {found}, {planted} copies put in")
        self.notes = [f"{found['copies']} copies found of {planted} put in, {found['entities'] / made.articles:.1f} names an article"]


JOBS = [Stages(
    name="stages",
    question="clean, tag_entities, deduplicate on scraped text with 10 % copies",
    tools=[Copydesk("all three stages", STAGES)],
    make=lines(50_000, scraped=True),
    cpu_us=300)]
