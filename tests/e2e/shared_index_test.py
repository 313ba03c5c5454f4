"""`deduplicate` with its index on a Redis server: one daemon decides as with its own index, several as one, through the death of
any of them and of the server."""
import collections
import json
import os
import random
import shutil
import subprocess
import time

from harness import Case, Corpus, main, wait_for
from redis_server import RedisCase

SHARED = os.environ.get("COPYDESK_SHARED") or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "shared")
DEV_SPLIT = os.path.join(SHARED, "data", "dedup", "dev.jsonl.zst")


def stages(url, index=None, **more):
    return [{"type": "deduplicate", "index": {"type": "redis", "url": url, **(index or {})}, **more}]


class Feed:
    """Stories and their copies, dealt out to several inboxes. An article's id tells its story: STORY.NUMBER."""

    def __init__(self, inboxes, seed=1, copies=0.4):
        self.inboxes, self.copies = inboxes, copies
        self.random = random.Random(seed)
        self.corpus = Corpus(None, seed)
        self.stories, self.ids = [], []
        self.files = 0

    def article(self):
        if self.stories and self.random.random() < self.copies:
            story = self.random.randrange(max(0, len(self.stories) - 400), len(self.stories))
            title, paragraphs = self.stories[story]
            if self.random.random() < 0.5:
                paragraphs = [*paragraphs, self.corpus.sentence()]
        else:
            story = len(self.stories)
            title, paragraphs = self.corpus.story(1500)
            self.corpus.texts.clear()
            self.stories.append((title, paragraphs))
        number = f"{story}.{len(self.ids)}"
        self.ids.append(number)
        return json.dumps({"id": number, "title": title, "body": "\n\n".join(paragraphs)})

    def deal(self, articles, in_file=20):
        """Written aside and moved in. Neighbours go to different inboxes."""
        made = [self.article() for _ in range(articles)]
        hands = len(self.inboxes)
        for hand, inbox in enumerate(self.inboxes):
            mine = made[hand::hands]
            for at in range(0, len(mine), in_file):
                self.files += 1
                path = os.path.join(inbox, f"{self.files:06}.jsonl")
                with open(path + ".part", "w", encoding="utf-8") as f:
                    f.write("".join(line + "\n" for line in mine[at:at + in_file]))
                os.rename(path + ".part", path)


class SharedIndex(RedisCase):
    def desks(self, url, count, **more):
        found = []
        for i in range(count):
            source = {"include": ["**/*.jsonl"]}
            found.append(self.desk(f"desk{i}").configure(stages=stages(url, **more), source=source, batch_articles=64))
        return found

    def written(self, desks):
        time.sleep(0.05)  # to look costs the daemons time
        return sum(desk.raw().count(b"\n") for desk in desks)

    def finished(self, desks, feed):
        return self.written(desks) >= len(feed.ids)

    def copy_inbox(self, one, other):
        """Other files with the same texts: other origins."""
        for name in os.listdir(one.inbox):
            shutil.copy(os.path.join(one.inbox, name), other.inbox)

    def check(self, desks, feed):
        """Each article came out once, each story was unique once, and every copy names its unique one."""
        articles = [a for desk in desks for a in desk.articles()]
        self.assertEqual(sorted(a["id"] for a in articles), sorted(feed.ids))
        unique = collections.defaultdict(list)
        for a in articles:
            if a["dedup"]["status"] == "unique":
                unique[a["id"].split(".")[0]].append(a["id"])
        twice = {story: ids for story, ids in unique.items() if len(ids) != 1}
        self.assertEqual(twice, {}, "stories that are unique more than once")
        self.assertEqual(len(unique), len(feed.stories), "a story is unique nowhere")
        wrong = [a["id"] for a in articles if a["dedup"]["group"] != unique[a["id"].split(".")[0]][0]]
        self.assertEqual(wrong, [])
        shared_out = sum(1 for a in articles if a["dedup"]["status"] != "unique")
        self.assertGreater(shared_out, len(articles) // 5)
        for desk in desks:
            self.assertEqual(desk.dead_letters(), [])

    def end(self, daemons):
        for daemon in daemons:
            daemon.signal(15)
        for daemon in daemons:
            self.assertEqual(daemon.wait(), 0, daemon.errors()[-3000:])

    def same_as_embedded(self, write, batch_articles):
        redis = self.redis()
        own = self.desk("own")
        write(own.inbox)
        shared = self.desk("shared", inbox=own.inbox)
        own.configure(stages=[{"type": "deduplicate"}], batch_articles=batch_articles)
        shared.configure(stages=stages(redis.url), batch_articles=batch_articles)
        self.finish(own)
        self.finish(shared)
        self.assertIn(b'"status":"near"', own.raw())
        self.assert_same(shared.raw(), own.raw())

    def test_one_daemon_decides_as_with_its_own_index(self):
        self.same_as_embedded(lambda inbox: Corpus(inbox, seed=5).fill(300), 32)

    def test_one_daemon_decides_as_with_its_own_index_on_the_labelled_split(self):
        if not os.path.exists(DEV_SPLIT):
            self.skipTest("no labelled split: set COPYDESK_SHARED")

        def write(inbox):
            whole = subprocess.run(["zstd", "-dcq", DEV_SPLIT], stdout=subprocess.PIPE, check=True).stdout
            with open(os.path.join(inbox, "dev.jsonl"), "w", encoding="utf-8") as f:
                for line in whole.splitlines():
                    article = json.loads(line)
                    f.write(json.dumps({"id": article["id"], "body": article["body"]}) + "\n")
        self.same_as_embedded(write, 256)

    def test_three_daemons_decide_as_one(self):
        redis = self.redis()
        desks = self.desks(redis.url, 3)
        feed = Feed([d.inbox for d in desks], seed=2)
        daemons = [self.start(d) for d in desks]
        for _ in range(6):
            feed.deal(300)
        wait_for(lambda: self.finished(desks, feed), "all is out")
        wait_for(lambda: all(d.is_idle() for d in desks), "the daemons are idle")
        self.end(daemons)
        self.check(desks, feed)

    def test_three_daemons_through_kills_of_the_server_and_of_daemons(self):
        redis = self.redis(keeps=True)
        desks = self.desks(redis.url, 3)
        feed = Feed([d.inbox for d in desks], seed=3)
        daemons = [self.start(d) for d in desks]
        for turn in range(6):
            feed.deal(300)
            goal = min(self.written(desks) + 60, len(feed.ids))
            wait_for(lambda goal=goal: self.written(desks) >= goal, "it goes on")
            if turn % 2 == 0:
                redis.kill()
                feed.deal(60)
                redis.start()
            else:
                hurt = turn % 3
                daemons[hurt].kill()
                feed.deal(60)
                daemons[hurt] = self.start(desks[hurt])
        wait_for(lambda: self.finished(desks, feed), "all is out")
        wait_for(lambda: all(d.is_idle() for d in desks), "the daemons are idle")
        self.end(daemons)
        self.check(desks, feed)

    def test_a_kill_between_the_commit_and_the_server_loses_nothing(self):
        redis = self.redis()
        first, second = self.desks(redis.url, 2)
        feed = Feed([first.inbox], seed=4, copies=0)
        feed.deal(64)
        killed = first.once(env={"COPYDESK_FAULT": "after_commit:2"})
        self.assertEqual(killed.code, -9, killed.err)
        self.finish(first)
        self.assertEqual(len(first.articles()), 64)
        self.copy_inbox(first, second)
        self.finish(second)
        self.assertEqual([a["dedup"]["status"] for a in second.articles()], ["exact"] * 64)

    def test_a_story_that_a_sink_refused_is_nobodys(self):
        redis = self.redis()
        first, second = self.desks(redis.url, 2)
        picky = {"type": "picky", "path": "out/articles.jsonl", "cure": first.path("cured"), "word": "Forbidden-Word"}
        first.configure(stages=stages(redis.url), sinks={"picky": picky}, batch_articles=64)
        feed = Feed([first.inbox], seed=9, copies=0)
        feed.deal(5)
        title, paragraphs = feed.corpus.story(1500)
        with open(os.path.join(first.inbox, "leader.jsonl"), "w", encoding="utf-8") as f:
            f.write(json.dumps({"id": "leader", "title": title, "body": "\n\n".join([*paragraphs, "Forbidden-Word"])}) + "\n")
        feed.deal(5)
        self.finish(first, code=3)
        self.assertEqual([d["code"] for d in first.dead_letters()], ["unwanted"])
        self.copy_inbox(first, second)
        self.finish(second)
        status = {a["id"]: a["dedup"]["status"] for a in second.articles()}
        self.assertEqual(status, {"leader": "unique", **dict.fromkeys(feed.ids, "exact")})

    def test_without_a_server_the_line_waits_and_says_so(self):
        redis = self.redis()
        desk, = self.desks(redis.url, 1)
        feed = Feed([desk.inbox], seed=6)
        redis.kill()
        daemon = self.start(desk)

        def waits():
            line = desk.line()
            return line and line["state"] == "waiting" and line["component"] == "deduplicate" and line["why"]
        feed.deal(40)
        self.assertIn("redis.sock", wait_for(waits, "the line says what it waits for"))
        self.assertEqual(desk.raw(), b"")
        redis.start()
        wait_for(lambda: self.finished([desk], feed), "all is out")
        wait_for(desk.is_idle, "it is idle")
        redis.kill()
        feed.deal(40)
        wait_for(waits, "it waits again")
        self.assertEqual(desk.dead_letters(), [])
        redis.start()
        wait_for(lambda: self.finished([desk], feed), "all is out")
        self.end([daemon])
        self.assertEqual(sorted(a["id"] for a in desk.articles()), sorted(feed.ids))

    def test_without_a_server_articles_pass_when_told(self):
        redis = self.redis(keeps=True)
        first, second = self.desks(redis.url, 2, on_unavailable="pass")
        redis.kill()
        feed = Feed([first.inbox], seed=7, copies=0)
        daemon = self.start(first)
        feed.deal(40)
        wait_for(lambda: self.finished([first], feed), "all has passed")
        for a in first.articles():
            self.assertEqual(a["dedup"]["status"], "unique")
            self.assertEqual(a["labels"], {"dedup_unchecked": True})
        redis.start()
        feed.deal(40)
        wait_for(lambda: self.finished([first], feed), "all is out")
        redis.kill()
        feed.deal(40)
        wait_for(lambda: self.finished([first], feed), "all has passed")
        redis.start()
        stories = "return #redis.call('KEYS', '{*}s*')"
        wait_for(lambda: int(redis.ask("EVAL", stories, "0")) == 120, "the server has been told")
        self.end([daemon])
        # What passed is known to the others.
        self.copy_inbox(first, second)
        self.finish(second)
        self.assertEqual([a["dedup"]["status"] for a in second.articles()], ["exact"] * 120)

    def test_a_password_opens_the_server(self):
        redis = self.redis(password="sesame")
        desk, = self.desks(redis.url, 1, index={"password": "sesame"})
        Feed([desk.inbox], seed=8).deal(10)
        self.finish(desk)
        wrong = self.desk("wrong").configure(stages=stages(redis.url, index={"password": "open"}))
        Feed([wrong.inbox], seed=8).deal(10)
        daemon = self.start(wrong)
        line = wait_for(lambda: (wrong.line() or {}).get("why"), "it says why it waits")
        self.assertIn("WRONGPASS", line)
        daemon.kill()


class Options(Case):
    def check(self, index):
        desk = self.desk().configure(stages=[{"type": "deduplicate", "index": index}])
        done = desk.command("check")
        return done.code, done.out + done.err

    def test_mistakes_are_named(self):
        for index, word in [
            ({"type": "redis"}, "needs index.url"),
            ({"url": "redis://host"}, "index.url is for"),
            ({"type": "redis", "url": "http://host"}, "redis://HOST"),
            ({"type": "redis", "url": "redis://u:p@host"}, "index.password"),
            ({"type": "redis", "url": "redis://host", "prefix": "{a}"}, "index.prefix"),
            ({"type": "redis", "url": "redis://host", "ca": "ca.pem"}, "rediss://"),
        ]:
            with self.subTest(index=index):
                code, said = self.check(index)
                self.assertEqual(code, 2, said)
                self.assertIn(word, said)


if __name__ == "__main__":
    main()
