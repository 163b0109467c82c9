#include "config/config.h"

namespace wharf::config {

Position Route::place_of(std::string json_pointer) const {
  while (true) {
    const auto found = config_places.find(json_pointer);
    if (found != config_places.end()) return found->second;
    const size_t slash = json_pointer.rfind('/');
    if (slash == std::string::npos) return where_consumer;
    json_pointer.erase(slash);
  }
}

}  // namespace wharf::config
