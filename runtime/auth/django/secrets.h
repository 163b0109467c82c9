// SECRET_KEY and SECRET_KEY_FALLBACKS.
#pragma once

#include <string>
#include <vector>

namespace wharf::auth::django {

// The key that signs, then those that did. What any of them has signed is believed.
using Secrets = std::vector<std::string>;

}  // namespace wharf::auth::django
