#include <exception>
#include <cstdio>
#include <string>
#include <vector>

#include "daemon/commands.h"

int main(int argc, char** argv) {
  try {
    return copydesk::daemon::run_program(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "copydesk: %s\n", e.what());
    return copydesk::daemon::kFailed;
  }
}
