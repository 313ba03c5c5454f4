#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "daemon/commands.h"

// What jemalloc reads at its start; the environment's MALLOC_CONF goes above it. An article's memory is taken on one thread
// and freed on another: with few arenas it is used again before the kernel gets it back (beside Kafka a tenth of the CPU, in
// page faults, and 40 MB of memory). A text of some kilobytes comes from a slab of 32 pages: of jemalloc's own choice, 5 pages,
// one in five articles would begin a new one (3 to 5 % of that CPU, and 20 MB). What was freed goes back to the kernel after a
// minute instead of ten seconds, also the buffers of 8 MB and more that a Kafka client fetches into (2 % of that CPU).
extern "C" [[gnu::visibility("default")]] const char* malloc_conf;
const char* malloc_conf =
    "narenas:2,slab_sizes:4097-14336:32,oversize_threshold:0,dirty_decay_ms:60000,muzzy_decay_ms:"
    "60000";

namespace {

// Where the caller closed a standard stream, the next file opened would take its number: a file of the store would get the log.
void hold_standard_streams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd)
    if (::fcntl(fd, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) < 0) return;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  try {
    return copydesk::daemon::run_program(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "copydesk: %s\n", e.what());
    return copydesk::daemon::kFailed;
  }
}
