#pragma once

#include <cstdio>
#include <cstdlib>

// For what only a bug of ours can cause, never for what an article, a file or a broker can cause. On in every build: a
// daemon that goes on after a broken invariant writes wrong things down for ever.
#define CD_ASSERT(condition)                                                                 \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: assertion failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
