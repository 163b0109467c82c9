#include "plugin/extensions.h"

#include "plugin/ext_io.h"
#include "plugin/ext_pool.h"

namespace wharf::plugin {

const void* find_extension(std::string_view id) {
  static constexpr struct {
    std::string_view id;
    const void* (*table)();
  } extensions[] = {
      {WHARF_IO, [] { return static_cast<const void*>(io_table()); }},
      {WHARF_POOL, [] { return static_cast<const void*>(pool_table()); }},
  };
  for (const auto& extension : extensions) {
    if (extension.id == id) return extension.table();
  }
  return nullptr;
}

}  // namespace wharf::plugin
