"""Pages and texts that nobody writes by accident go through the daemon: each has a clear end, and those beside them are whole."""
import gzip
import random

from harness import Case, main

STORY = ["The harbour authority of Larsmo said on Thursday that it would rebuild the eastern pier, which a storm destroyed last winter.",
         "Fishermen had asked for the work to start earlier, but the contract was awarded only this week, said Ingrid Holm."]
PAGE = "<html lang=en><head><title>Pier to be rebuilt</title></head><body><article><h1>Pier to be rebuilt</h1>" + \
    "".join(f"<p>{p}</p>" for p in STORY) + "</article></body></html>"
MIB = 1 << 20


class Hostile(Case):
    def write(self, desk, name, data):
        with open(f"{desk.inbox}/{name}", "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())

    def test_each_has_a_clear_end(self):
        desk = self.desk().configure(stages=[{"type": "clean"}])
        self.write(desk, "a-good.html", PAGE)
        self.write(desk, "b-page-of-50-mb.html", PAGE + " " * (50 * MIB))
        self.write(desk, "c-nested.html", "<div>" * 100_000 + PAGE)
        self.write(desk, "d-line-of-10-mb.txt", "word " * (2 * MIB))
        self.write(desk, "e-cut-character.html", PAGE.replace("the eastern pier", "thé eastérn piér").encode()[:-40] + "é".encode()[:1])
        self.write(desk, "f-claim.html", PAGE.replace("<head>", "<head><meta charset=no-such-charset>"))
        self.write(desk, "g-claim.html", PAGE.replace("<head>", "<head><meta charset=utf-16>"))
        self.write(desk, "h-entities.html", PAGE.replace("</p>", "&amp;" * 100_000 + "</p>", 1))
        self.write(desk, "i-dtd.html", '<!DOCTYPE html [<!ENTITY a "lol">' + '<!ENTITY b "&a;&a;&a;&a;">' * 10_000 + "]>" + PAGE)
        self.write(desk, "j-zeros.html", b"\0" * MIB)
        self.write(desk, "k-good.html", PAGE)
        self.write(desk, "l-packed.txt", gzip.compress(PAGE.encode()))
        self.write(desk, "m-noise.txt", random.Random(1).randbytes(5000))
        self.finish(desk, code=3)
        self.assertEqual([d["code"] for d in desk.dead_letters()], ["too_large", "empty", "not_text", "not_text"])  # b, j, l, m
        out = {a["source"]["path"][0]: a for a in desk.articles()}
        self.assertEqual(sorted(out), list("acdefghik"))
        whole = "\n\n".join(STORY)
        for name in "afgk":
            self.assertEqual(out[name]["body"], whole, name)
            self.assertNotIn("warnings", out[name]["quality"], name)
        self.assertEqual(out["c"]["quality"]["warnings"], ["deep"])
        self.assertIn(STORY[0], out["c"]["body"])
        self.assertEqual(out["d"]["quality"]["warnings"], ["too_long"])
        self.assertIn("rebuild thé eastérn piér", out["e"]["body"])
        self.assertLess(len(out["h"]["body"]), 200_000)
        self.assertIn(STORY[1], out["i"]["body"])


if __name__ == "__main__":
    main()
