// Runs the built program: exit codes, what goes to stdout and what to stderr.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "core/support/temp_folder.h"

namespace copydesk::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Ended {
  int code = -1;
  std::string out, err;
};

std::string content(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

class Program : public testing::Test {
 protected:
  // Begins the program with its output in pipes or files; -1 is closed.
  pid_t start(const std::vector<std::string>& arguments, int out, int err) {
    std::vector<std::string> words{program_};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const pid_t pid = fork();
    if (pid != 0) return pid;
    for (const auto& [fd, as] : {std::pair(out, STDOUT_FILENO), std::pair(err, STDERR_FILENO)})
      if (fd < 0)
        close(as);
      else
        dup2(fd, as);
    if (!temporary_.empty()) setenv("TMPDIR", temporary_.c_str(), 1);
    setenv("COPYDESK_PLUGIN_PATH", plugin_path_.c_str(), 1);
    if (chdir(folder_.path().c_str()) == 0) execv(program_.c_str(), argv.data());
    _exit(127);
  }

  Ended run(const std::vector<std::string>& arguments) {
    const int out =
        open(folder_.file("stdout").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const int err =
        open(folder_.file("stderr").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    const pid_t pid = start(arguments, out, err);
    close(out);
    close(err);
    return {wait(pid), content(folder_.file("stdout")), content(folder_.file("stderr"))};
  }

  static int wait(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  void write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder_.path() / name).parent_path());
    std::ofstream(folder_.file(name), std::ios::binary) << text;
  }

  // A line from ./inbox through `picky` to ./out.jsonl.
  void configure(const std::string& picky) {
    write("copydesk.yaml",
          "version: 1\n"
          "data_dir: ./data\n"
          "engine: { min_free: 0, commit_interval: 20ms }\n"
          "sources:\n"
          "  inbox: { type: directory, path: ./inbox, settle: 0s }\n"
          "pipelines:\n"
          "  news:\n"
          "    from: [inbox]\n"
          "    stages:\n"
          "      - { type: picky" +
              picky +
              " }\n"
              "    to: [{ sink: archive }]\n"
              "sinks:\n"
              "  archive: { type: file, path: ./out.jsonl }\n");
    std::filesystem::create_directories(folder_.path() / "inbox");
  }

  std::size_t delivered() {
    std::size_t lines = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      if (entry.path().filename().string().starts_with("out"))
        lines += static_cast<std::size_t>(std::ranges::count(content(entry.path().string()), '\n'));
    return lines;
  }

  // Asks until the daemon says so.
  bool is_well() {
    for (int asks = 0; asks < kMostAsks; ++asks)
      if (run({"health"}).code == 0) return true;
    return false;
  }

  static constexpr int kMostAsks = 1000;  // each starts a process, so that is long enough
  test::TempFolder folder_;
  std::string temporary_;  // TMPDIR, if any
  std::string program_ = PROGRAM, plugin_path_ = PICKY_FOLDER;
};

TEST_F(Program, TellsItsVersionAndHelp) {
  EXPECT_THAT(run({"version"}).out, HasSubstr("copydesk 0."));
  EXPECT_EQ(run({"--version"}).code, 0);
  EXPECT_THAT(run({"help"}).out, HasSubstr("usage: copydesk"));
  EXPECT_THAT(run({"help", "dead"}).out, HasSubstr("dead replay"));
  EXPECT_THAT(run({"run", "--help"}).out, HasSubstr("--once"));
}

TEST_F(Program, EndsWith2WhenUsedWrongly) {
  const Ended nothing = run({});
  EXPECT_EQ(nothing.code, 2);
  EXPECT_THAT(nothing.out, IsEmpty());
  EXPECT_THAT(run({"run", "--onec"}).err, HasSubstr("did you mean '--once'?"));
  EXPECT_EQ(run({"run", "--onec"}).code, 2);
  const Ended no_file = run({"run"});
  EXPECT_EQ(no_file.code, 2);
  EXPECT_THAT(no_file.err, HasSubstr("there is no configuration"));
  EXPECT_EQ(run({"run", "-c", "absent.yaml"}).code, 2);
}

TEST_F(Program, ListsAndExplainsWhatThereIs) {
  EXPECT_THAT(run({"plugins"}).out, HasSubstr("org.example.picky"));
  EXPECT_THAT(run({"explain"}).out, HasSubstr("directory"));
  EXPECT_THAT(run({"explain", "picky"}).out, HasSubstr("refuse"));
  EXPECT_THAT(run({"explain", "picky.refuse"}).out, HasSubstr("rejected"));
  EXPECT_THAT(run({"explain", "engine.workers"}).out, HasSubstr("Threads"));
  const Ended wrong = run({"explain", "pickx"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("picky"));
  EXPECT_EQ(run({"plugins", "nobody"}).code, 2);
}

TEST_F(Program, CheckShowsEveryMistake) {
  configure(", refuze: a, when: 'language = 1'");
  const Ended ended = run({"check"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("did you mean 'refuse'?"));
  EXPECT_THAT(ended.err, HasSubstr("2 errors"));
  EXPECT_THAT(ended.out, IsEmpty());
}

TEST_F(Program, CheckShowsWhatAComponentRefuses) {
  configure(", refuse: '!'");
  const Ended ended = run({"check"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("copydesk.yaml:10:"));
  EXPECT_THAT(ended.err, HasSubstr("'!' is no word"));
  EXPECT_EQ(run({"run", "--once"}).code, 2);
  configure("");
  EXPECT_EQ(run({"check"}).code, 0);
}

TEST_F(Program, CheckLooksForFoldersAsAStartWould) {
  configure("");
  std::filesystem::remove(folder_.path() / "inbox");
  Ended ended = run({"check"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("copydesk.yaml:5:"),
                               HasSubstr("source 'inbox': " + folder_.file("inbox") +
                                         ": cannot be read: No such file")));
  EXPECT_NE(run({"run", "--once"}).code, 0);

  configure("");
  std::filesystem::remove_all(folder_.path() / "data");
  std::string config = content(folder_.file("copydesk.yaml"));
  const auto set = [&](const std::string& from, const std::string& to) {
    config.replace(config.find(from), from.size(), to);
  };
  set("./out.jsonl", "./new/folder/out.jsonl");
  write("copydesk.yaml", config);
  EXPECT_EQ(run({"check"}).code, 0) << "the daemon makes those";
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "new"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "data"));

  write("plain", "a file");
  set("./new/folder/out.jsonl", "./plain/out.jsonl");
  set("./data", "./plain/data");
  write("copydesk.yaml", config);
  ended = run({"check"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("sink 'archive': cannot write: " + folder_.file("plain")),
                               HasSubstr("data_dir '" + folder_.file("plain/data") +
                                         "' cannot be made or written to: '" +
                                         folder_.file("plain") + "': is no folder")));
  EXPECT_THAT(ended.err, HasSubstr("copydesk.yaml:13:"));

  configure("");
  config = content(folder_.file("copydesk.yaml"));
  set("settle: 0s", "settle: 0s, after: { delivered: 'move:plain/done' }");
  write("copydesk.yaml", config);
  ended = run({"check"});
  EXPECT_EQ(ended.code, 0);
  EXPECT_THAT(ended.err, HasSubstr("warning: source 'inbox': files will stay where they are: " +
                                   folder_.file("plain")));
}

TEST_F(Program, LeavesAFolderAloneInWhichNoDaemonHasRun) {
  configure("");
  std::filesystem::create_directory(folder_.path() / "data");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"dead", "list"}, {"dead", "show", "1"}, {"dead", "replay", "1"}}) {
    const Ended ended = run(words);
    EXPECT_EQ(ended.code, 2) << words[1];
    EXPECT_THAT(ended.err, HasSubstr("is no data_dir: nothing has run on it")) << words[1];
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path() / "data"));
}

TEST_F(Program, SaysWhoseDeadLettersAPipelineThatIsGoneHas) {
  configure(", refuse: bad");
  write("inbox/a.txt", "A bad article.\n");
  EXPECT_EQ(run({"run", "--once"}).code, 3);
  std::string config = content(folder_.file("copydesk.yaml"));
  config.replace(config.find("news:"), 5, "wire:");
  write("copydesk.yaml", config);
  const Ended ended = run({"dead", "replay", "--all"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("has no pipeline 'news': its dead letters"));
  EXPECT_EQ(run({"dead", "replay", "--all", "--pipeline", "wire"}).code, 0);
}

TEST_F(Program, CheckNamesThePluginThatCouldNotBeLoaded) {
  configure("");
  write("plugins/missing.so", "no plugin");
  EXPECT_EQ(run({"check", "--plugins", "plugins"}).code, 0);
  write("copydesk.yaml", content(folder_.file("copydesk.yaml")) + "  other: { type: missing }\n");
  const Ended ended = run({"check", "--plugins", "plugins"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("missing.so"));
}

TEST_F(Program, SaysFirstAndOnlyThatThereAreNoPlugins) {
  configure("");
  std::filesystem::create_directory(folder_.path() / "bin");
  std::filesystem::copy_file(PROGRAM, folder_.path() / "bin/copydesk");
  program_ = folder_.file("bin/copydesk");
  for (const char* path : {"", "none"}) {
    plugin_path_ = path;
    for (const char* command : {"check", "run", "plugins", "explain"}) {
      const Ended ended = run({command});
      EXPECT_EQ(ended.code, 2) << command;
      EXPECT_THAT(ended.err, AllOf(StartsWith("copydesk: no plugin is there"),
                                   HasSubstr("lib/copydesk/plugins'"), Not(HasSubstr("unknown"))))
          << command;
      EXPECT_EQ(ended.err.find("'none' was not loaded") == std::string::npos, plugin_path_.empty())
          << command;
    }
    EXPECT_EQ(run({"explain", "engine.workers"}).code, 0);
  }
}

TEST_F(Program, NamesPluginsThatCouldNotBeLoadedBeforeWhatMayComeOfIt) {
  configure("");
  write("plugins/broken.so", "no plugin");
  write("copydesk.yaml", content(folder_.file("copydesk.yaml")) + "  other: { type: broken }\n");
  const std::string err = run({"check", "--plugins", "plugins"}).err;
  EXPECT_LT(err.find("broken.so' was not loaded"), err.find("unknown sink type 'broken'")) << err;
}

TEST_F(Program, CheckNamesTheTemporaryFolderThatIsMissing) {
  configure("");
  temporary_ = folder_.file("none");
  const Ended ended = run({"check"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("'" + temporary_ +
                                   "': make a temporary folder: No such file or directory"));
}

TEST_F(Program, CompletesCommandsOptionsAndValues) {
  const Ended script = run({"completion", "bash"});
  ASSERT_EQ(script.code, 0);
  write("script", script.out);
  const auto offered = [&](const std::string& words, int at) {
    const std::string out = folder_.file("offered");
    const std::string bash = "source '" + folder_.file("script") + "'; COMP_WORDS=(" + words +
                             "); COMP_CWORD=" + std::to_string(at) +
                             "; _copydesk; echo \"${COMPREPLY[*]}\"";
    write("ask", bash);
    EXPECT_EQ(std::system(("bash '" + folder_.file("ask") + "' > '" + out + "' 2>&1").c_str()), 0);
    return content(out);
  };
  EXPECT_EQ(offered("copydesk he", 1), "health help\n");
  EXPECT_EQ(offered("copydesk dead ''", 2), "list show replay\n");
  EXPECT_EQ(offered("copydesk dead -c x.yaml list --lim", 5), "--limit\n");
  EXPECT_EQ(offered("copydesk --color ''", 2), "auto always never\n");
  EXPECT_EQ(offered("copydesk run --onc", 2), "--once\n");
  EXPECT_EQ(offered("copydesk check -c ''", 3), "\n") << "files are bash's own";
  EXPECT_EQ(run({"completion", "fish"}).code, 2);
}

TEST_F(Program, SaysWhenItsOutputCannotBeWritten) {
  const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
  const int err =
      open(folder_.file("stderr").c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
  EXPECT_EQ(wait(start({"explain"}, full, err)), 1);
  EXPECT_THAT(content(folder_.file("stderr")), HasSubstr("stdout: No space left on device"));
  close(full);
  close(err);
}

TEST_F(Program, KeepsItsLogOutOfTheStoreWhenStderrIsClosed) {
  configure("");
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t pid = start({"run"}, null, -1);
  close(null);
  EXPECT_TRUE(is_well());
  kill(pid, SIGTERM);
  EXPECT_EQ(wait(pid), 0);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path() / "data")) {
    EXPECT_THAT(content(entry.path()), Not(HasSubstr("Started."))) << entry.path();
  }
}

TEST_F(Program, RunOnceDeliversAndTellsSo) {
  configure(", drop: dull");
  write("inbox/a.txt", "First article.\n");
  write("inbox/b.txt", "A dull article.\n");
  const Ended ended = run({"run", "--once"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(ended.err, HasSubstr("(archive 1)"));
  EXPECT_THAT(ended.err, HasSubstr("picky:unwanted 1"));
  EXPECT_THAT(ended.err, HasSubstr("out.jsonl"));
  EXPECT_EQ(delivered(), 1);
  EXPECT_EQ(run({"run", "--once", "-q"}).err, "");
  EXPECT_EQ(delivered(), 1);
}

TEST_F(Program, RefusesToRunNothing) {
  write("copydesk.yaml", "version: 1\npipelines: {}\n");
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"run"}, {"run", "--once"}}) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.err,
                HasSubstr("copydesk: there are no pipelines in copydesk.yaml: nothing to run"));
  }
}

TEST_F(Program, RunOnceTellsWhatWasLeftAndEndsWith4) {
  configure(", refuse: wrong");
  write("inbox/a.txt", "An article.\n");
  write("inbox/x.dat", "Nobody's.\n");
  Ended ended = run({"run", "--once"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("files that no pattern of include takes: 1, such as " +
                                   folder_.file("inbox/x.dat") + "  (inbox)"));
  write("inbox/w.txt", "A wrong article.\n");
  // reading it is an error
  std::filesystem::create_symlink("/proc/self/mem", folder_.path() / "inbox/b.txt");
  ended = run({"run", "--once"});
  EXPECT_EQ(ended.code, 4) << ended.err;
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("left"), HasSubstr("files that cannot be read: 1, such as " +
                                                 folder_.file("inbox/b.txt"))));
  EXPECT_EQ(delivered(), 1);
  EXPECT_THAT(run({"dead", "list"}).out, HasSubstr("w.txt"));
  std::filesystem::remove(folder_.path() / "inbox/b.txt");
  EXPECT_EQ(run({"run", "--once"}).code, 0);
}

TEST_F(Program, DeadLettersAreListedShownAndReplayed) {
  configure(", refuse: wrong");
  write("inbox/a.txt", "A right article.\n");
  write("inbox/b.txt", "A wrong article.\n");
  EXPECT_EQ(run({"run", "--once"}).code, 3);
  EXPECT_THAT(run({"dead", "list"}).out, AllOf(HasSubstr("refused"), HasSubstr("inbox/b.txt")));
  const auto listed = nlohmann::json::parse(run({"dead", "list", "--json"}).out);
  EXPECT_EQ(listed["number"], 1);
  const auto shown = nlohmann::json::parse(run({"dead", "show", "1"}).out);
  EXPECT_EQ(shown["failed"]["code"], "refused");
  EXPECT_THAT(shown["body"].get<std::string>(), HasSubstr("A wrong article."));
  EXPECT_EQ(run({"dead", "show", "2"}).code, 1);
  EXPECT_EQ(run({"dead", "replay"}).code, 2);

  EXPECT_EQ(run({"dead", "replay", "--all"}).code, 3) << "nothing is mended yet";
  EXPECT_EQ(delivered(), 1);
  configure(", refuse: other");
  const Ended replayed = run({"dead", "replay", "1"});
  EXPECT_EQ(replayed.code, 0) << replayed.err;
  EXPECT_THAT(replayed.out, HasSubstr("1 delivered"));
  EXPECT_EQ(delivered(), 2);
  EXPECT_THAT(run({"dead", "list"}).out, HasSubstr("no dead letters"));
  EXPECT_EQ(run({"run", "--once"}).code, 0);
  EXPECT_EQ(delivered(), 2);
}

TEST_F(Program, TryShowsWhatStagesDoAndDeliversNothing) {
  configure(", refuse: wrong");
  write("a.txt", "A title\n\nA right article.\n");
  write("b.txt", "A wrong article.\n");
  const Ended ended = run({"try", "a.txt", "b.txt"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("labels.picky: \"taken\""));
  EXPECT_THAT(ended.out, HasSubstr("→ archive"));
  EXPECT_THAT(ended.out, HasSubstr("rejected: refused: it says 'wrong'"));
  EXPECT_EQ(nlohmann::json::parse(run({"try", "--json", "a.txt", "b.txt"}).out)["labels"]["picky"],
            "taken");
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "data"));
  EXPECT_EQ(delivered(), 0);
  EXPECT_EQ(run({"try", "absent.txt"}).code, 2);
  for (const auto& [bytes, unpacker] :
       {std::pair("\x1F\x8B\x08 packed", "zcat"), std::pair("\x28\xB5\x2F\xFD packed", "zstdcat"),
        std::pair("BZh91AY&SY", "bzcat")}) {
    write("c.txt.gz", bytes);
    const Ended packed = run({"try", "c.txt.gz"});
    EXPECT_EQ(packed.code, 2);
    EXPECT_THAT(packed.err, AllOf(HasSubstr("'c.txt.gz' is compressed"),
                                  HasSubstr(std::string("as in ") + unpacker + " ")));
  }
}

TEST_F(Program, SaysThatNoDaemonRuns) {
  configure("");
  const Ended status = run({"status"});
  EXPECT_EQ(status.code, 1);
  EXPECT_THAT(status.err, HasSubstr("no daemon is running"));
  EXPECT_EQ(run({"health"}).code, 1);
  EXPECT_EQ(run({"metrics"}).code, 1);
  EXPECT_EQ(run({"dead", "list"}).code, 2);
}

// A daemon in the background; `ready` waits for the line of its log that says it has started.
TEST_F(Program, DaemonAnswersAndDrainsOnASignal) {
  configure("");
  write("inbox/a.txt", "An article.\n");
  write("inbox/x.dat", "Nobody's.\n");
  int log[2];
  ASSERT_EQ(pipe2(log, O_CLOEXEC), 0);
  const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t daemon = start({"run"}, null, log[1]);
  close(log[1]);
  close(null);
  std::string said;
  for (char c; said.find("Started.") == std::string::npos && read(log[0], &c, 1) == 1;) said += c;
  ASSERT_THAT(said, HasSubstr("Started."));

  EXPECT_TRUE(is_well());
  int asks = 0;
  nlohmann::json line;
  do line = nlohmann::json::parse(run({"status", "--json"}).out)["lines"][0];
  while (line["delivered"] != 1 && ++asks < kMostAsks);
  EXPECT_EQ(line["name"], "news");
  EXPECT_EQ(line["delivered"], 1);
  EXPECT_THAT(
      run({"status"}).out,
      AllOf(
          HasSubstr("news"),
          HasSubstr("news inbox passed by: files that no pattern of include takes: 1, such as ")));
  EXPECT_THAT(run({"metrics"}).out,
              AllOf(HasSubstr("copydesk_delivered_total{pipeline=\"news\"} 1\n"),
                    HasSubstr("copydesk_component_scans_total{pipeline=\"news\","
                              "component=\"inbox\"} ")));
  EXPECT_THAT(run({"dead", "list"}).out, HasSubstr("no dead letters"));

  const Ended second = run({"run", "--once"});
  EXPECT_EQ(second.code, 2) << "data_dir is in use";
  EXPECT_THAT(second.err, HasSubstr(std::to_string(daemon)));

  kill(daemon, SIGTERM);
  EXPECT_EQ(wait(daemon), 0);
  close(log[0]);
  EXPECT_EQ(delivered(), 1);
  EXPECT_EQ(run({"status"}).code, 1);
}

}  // namespace
}  // namespace copydesk::daemon
