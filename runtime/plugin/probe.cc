#include "plugin/probe.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <string_view>

#include "plugin/child.h"

namespace wharf::plugin {

namespace {

struct Report {
  std::string at;  // the last step that began; empty before the first
  bool good = false;
  std::optional<CreateRefusal> refusal;
};

// A plugin might write to the descriptor too; what is no report is passed over.
Report read_report(std::string_view text) {
  Report report;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const nlohmann::json line = nlohmann::json::parse(text.substr(0, end), nullptr, false);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.is_object()) continue;
    const auto at = line.find("at");
    if (at != line.end() && at->is_string()) report.at = at->get<std::string>();
    if (line.contains("good")) report.good = true;
    const auto why = line.find("why");
    const auto pointer = line.find("pointer");
    if (why != line.end() && why->is_string() && pointer != line.end() && pointer->is_string()) {
      report.refusal = CreateRefusal{pointer->get<std::string>(), why->get<std::string>()};
    }
  }
  return report;
}

std::string describe_end(const ChildEnd& end, const std::string& at, std::chrono::milliseconds deadline) {
  if (at.empty())
    return fmt::format("its trial could not begin: exit code {}, signal {}", end.exit_code, end.signal);
  constexpr std::string_view remedy = "mend it, or put back a version that worked";
  if (end.timed_out) return fmt::format("it hung in {}, for more than {}: {}", at, deadline, remedy);
  if (end.signal != 0)
    return fmt::format("it crashed in {}: SIG{}: {}", at, sigabbrev_np(end.signal), remedy);
  return fmt::format("it ended the process in {}: exit code {}: {}", at, end.exit_code, remedy);
}

}  // namespace

tl::expected<void, CreateRefusal> probe_in_child(const Origin& origin,
                                                 const std::optional<std::string>& config, Unload unload,
                                                 const ProbeSettings& settings) {
  std::vector<std::string> arguments{settings.program.string(),
                                     "probe-plugin",
                                     origin.copy.string(),
                                     "--name",
                                     origin.name,
                                     "--sha256",
                                     origin.sha256};
  if (!config) arguments.push_back("--load-only");
  if (unload == Unload::WhenIdle) arguments.push_back("--unload");
  const Result<ChildEnd> end = run_child(arguments, config.value_or(""), settings.deadline);
  if (!end) return tl::make_unexpected(CreateRefusal{"", end.error().text});
  const Report report = read_report(end->report);
  if (report.refusal) return tl::make_unexpected(*report.refusal);
  if (report.good) return {};
  return tl::make_unexpected(CreateRefusal{"", describe_end(*end, report.at, settings.deadline)});
}

}  // namespace wharf::plugin
