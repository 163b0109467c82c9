#include "plugin/host_context.h"

#include <utility>

#include "plugin/host_table.h"

namespace wharf::plugin {

HostContext::HostContext(std::shared_ptr<const Generation> generation, std::string json,
                         WorkerServices& services, std::shared_ptr<telemetry::Log> logger)
    : wharf_host(host_table()),
      generation_(std::move(generation)),
      config_(std::move(json)),
      log_(std::move(logger)),
      worker_(std::this_thread::get_id()),
      services_(&services) {
  wharf_host::config = {config_.c_str(), config_.size()};
}

void HostContext::write_log(spdlog::level::level_enum level, wharf_connection connection,
                            std::string_view text) {
  constexpr size_t longest_line = 4096;
  if (!log_->should_log(level)) return;
  std::string where;
  if (Services services(*this); services) where = services->describe(connection);
  log_->log(level, "consumer `{}`{}{}: {}", generation_->name(), where.empty() ? "" : ", ", where,
            telemetry::printable(text, longest_line));
}

wharf_result HostContext::invalid(const char* function, wharf_connection connection, std::string_view why) {
  write_log(spdlog::level::warn, connection, fmt::format("{} refused: {}", function, why));
  return WHARF_INVALID;
}

void HostContext::end() {
  std::unique_lock lock(ending_);
  services_ = nullptr;
}

}  // namespace wharf::plugin
