"""tools/check_layers on small trees, each broken on purpose in one place."""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

kTool = Path(__file__).resolve().parents[2] / "tools" / "check_layers"

kGoodTree = {
    "core/base/result.h": "#pragma once\n#include <string>\n",
    "core/article/article.h": '#include "base/result.h"\n#include "copydesk/plugin.h"\n',
    "core/config/config.cpp": '#include <yaml-cpp/yaml.h>\n#include "article/article.h"\n',
    "core/io/clock.h": "#include <boost/asio.hpp>\n",
    "core/state/store.h": '#include <rocksdb/db.h>\n#include "article/article.h"\n',
    "core/pipeline/line.h": '#include "pipeline/lane.h"\n#include "state/store.h"\n',
    "core/pipeline/lane.h": "#pragma once\n",
    "core/pipeline/CMakeLists.txt": "copydesk_library(pipeline SOURCES line.cpp DEPENDS base state LINK copydesk_state)\n",
    "plugins/clean/clean.cpp": '#include "clean.h"\n#include <copydesk/plugin.h>\n#include <lexbor/html/html.h>\n',
    "plugins/clean/clean.h": "#pragma once\n",
    "plugins/clean/CMakeLists.txt": "copydesk_add_plugin(clean SOURCES clean.cpp LINK copydesk_clean_core)\n",
    "plugins/file/gzip.cpp": "#include <zlib.h>\n",
    "sdk/include/copydesk/plugin.h": "#include <stdint.h>\n",
}


def check(changes):
    """Runs the tool on the good tree with some files replaced or added; (exit code, what it said)."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**kGoodTree, **changes}.items():
            path = Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, "-B", kTool, folder], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr


class CheckLayers(unittest.TestCase):
    def expect_refused(self, name, text, why):
        code, said = check({name: text})
        self.assertEqual(code, 1, said)
        self.assertIn(why, said)
        self.assertIn(f"{name}:", said)

    def test_accepts_a_tree_in_order(self):
        code, said = check({})
        self.assertEqual(code, 0, said)

    def test_refuses_a_lower_folder_that_sees_a_higher_one(self):
        self.expect_refused("core/base/result.h", '#include "state/store.h"\n', "base may not see state")

    def test_refuses_folders_of_one_rank_that_see_each_other(self):
        self.expect_refused("core/telemetry/log.h", '#include "io/clock.h"\n', "telemetry may not see io")

    def test_refuses_article_that_sees_config(self):
        self.expect_refused("core/article/json.cpp", '#include "config/config.h"\n', "article may not see config")

    def test_refuses_a_way_round_through_the_parent_folder(self):
        self.expect_refused("core/base/bytes.h", '#include "../state/store.h"\n', "base may not see state")

    def test_refuses_a_plugin_that_sees_core(self):
        self.expect_refused("plugins/clean/html.cpp", '#include "base/result.h"\n', "nothing of core/base")

    def test_refuses_a_plugin_that_sees_core_through_its_path(self):
        self.expect_refused("plugins/clean/html.cpp", '#include "../../core/base/result.h"\n', "nothing of core/base")

    def test_refuses_a_plugin_that_sees_another(self):
        self.expect_refused("plugins/file/file.cpp", '#include "clean/clean.h"\n', "nothing of plugins/clean")

    def test_refuses_a_plugin_that_links_core(self):
        self.expect_refused("plugins/file/CMakeLists.txt", "target_link_libraries(file PRIVATE copydesk_base)\n",
                            "links copydesk_base")

    def test_refuses_an_sdk_that_sees_core(self):
        self.expect_refused("sdk/include/copydesk/sdk.hpp", "#include <base/result.h>\n", "nothing of core/base")

    def test_refuses_core_that_sees_a_plugin(self):
        self.expect_refused("core/host/host.cpp", '#include "clean/clean.h"\n', "core knows no plugin")

    def test_refuses_a_third_party_outside_its_folder(self):
        self.expect_refused("core/pipeline/lane.h", "#include <rocksdb/db.h>\n", "belongs to core/state")
        self.expect_refused("plugins/clean/clean.h", "#include <zlib.h>\n", "belongs to plugins/directory")

    def test_refuses_a_folder_that_is_no_layer(self):
        self.expect_refused("core/util/misc.h", '#include "base/result.h"\n', "not in the list of layers")

    def test_refuses_a_tree_without_sources(self):
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([sys.executable, "-B", kTool, folder], capture_output=True, check=False)
        self.assertEqual(done.returncode, 1)


if __name__ == "__main__":
    unittest.main()
