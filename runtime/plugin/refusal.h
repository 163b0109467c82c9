// Why a consumer's `create` refused.
#pragma once

#include <string>

namespace wharf::plugin {

struct CreateRefusal {
  std::string json_pointer;  // into the route's config; "" is the whole
  std::string why;
};

}  // namespace wharf::plugin
