#pragma once

#include "decode/json_values.h"

namespace copydesk::decode {

// The text of a list of {role, contentType, value}, as ninjs 2.x and 3.x have headlines, descriptions and bodies: the one whose
// role is main, then plain text before HTML, then the first. Other types (application/xml) are never chosen.
[[nodiscard]] Meant version_value(Element e);

// Those of the list that were not chosen.
[[nodiscard]] Value other_versions(Element e);

}  // namespace copydesk::decode
