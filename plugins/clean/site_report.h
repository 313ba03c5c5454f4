// What the site memory has learned, as a person reads it.
#pragma once
#include <copydesk/sdk.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace copydesk::clean {

// A line a site, those with most articles first. `now` is in seconds since the epoch.
std::string tell_sites(const State& state, std::int64_t now);
// The lines that were cut from bodies of the site, and those that nearly were; `site` is a host name
// or an address there. Throws Config for a site without a record.
std::string tell_site(const State& state, std::string_view site, std::int64_t now);

}  // namespace copydesk::clean
