#pragma once

#include <copydesk/plugin.h>

#include <vector>

#include "host/component.h"
#include "host/views.h"

namespace copydesk::host {

// A StateView as the boundary shows it. Lives for one call.
struct StateTable {
  StateView& state;
  cd_state table{};

  explicit StateTable(StateView& view_of) : state(view_of) {
    table = {sizeof(cd_state), 0, this, &get, &multi_get, &scan};
  }
  StateTable(const StateTable&) = delete;
  StateTable& operator=(const StateTable&) = delete;

  static StateView& of(cd_state* s) { return static_cast<StateTable*>(s->impl)->state; }
  static cd_bytes get(cd_state* s, cd_string key) {
    const auto value = of(s).get(view(key));
    return value ? to_bytes(*value) : cd_bytes{};
  }
  static void multi_get(cd_state* s, const cd_string* keys, std::uint32_t count, cd_bytes* values) {
    std::vector<std::string_view> names(count);
    std::vector<std::optional<std::string_view>> found(count);
    for (std::uint32_t i = 0; i < count; ++i) names[i] = view(keys[i]);
    of(s).multi_get(names, found);
    for (std::uint32_t i = 0; i < count; ++i)
      values[i] = found[i] ? to_bytes(*found[i]) : cd_bytes{};
  }
  static void scan(cd_state* s, cd_string prefix, std::int32_t (*each)(void*, cd_string, cd_bytes),
                   void* context) {
    of(s).scan(view(prefix), [&](std::string_view key, std::string_view value) {
      return each(context, to_c(key), to_bytes(value)) != 0;
    });
  }
};

}  // namespace copydesk::host
