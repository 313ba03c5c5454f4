// Addresses as pages write them. Pure, any thread.
#pragma once
#include <string>
#include <string_view>

namespace copydesk::clean {

bool is_web_address(std::string_view url);  // http:// or https://

// The address that a reference means on the page at `base` (RFC 3986, 5.2); one that is whole as it
// is. Empty where it is none of the web (data:, mailto:), or relative and `base` is no web address.
std::string resolve_url(std::string_view base, std::string_view reference);

}  // namespace copydesk::clean
