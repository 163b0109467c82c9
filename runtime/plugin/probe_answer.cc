// The child's part of probe.h.

#include <nlohmann/json.hpp>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <utility>

#include "plugin/instance.h"
#include "plugin/lone_services.h"
#include "plugin/probe.h"

namespace wharf::plugin {

namespace {

constexpr int report_descriptor = 3;

void report(const nlohmann::json& what) {
  // A reason that is not UTF-8 must not keep it from being told.
  const std::string line = what.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (write(report_descriptor, line.data(), line.size()) < 0) _exit(2);
}

[[noreturn]] void refuse(const std::string& pointer, const std::string& why) {
  report({{"pointer", pointer}, {"why", why}});
  _exit(0);
}

void create_and_destroy(std::shared_ptr<const Generation> generation) {
  const std::string config{std::istreambuf_iterator<char>(std::cin), {}};
  LoneServices services;
  report({{"at", "`create`"}});
  auto instance =
      Instance::create(std::move(generation), config, services, telemetry::make_log(spdlog::level::warn));
  if (!instance) refuse(instance.error().json_pointer, instance.error().why);
  report({{"at", "`destroy`"}});
  instance->reset();
  report({{"good", true}});
  _exit(0);
}

}  // namespace

void answer_probe(Origin origin, bool with_config) {
  // Nothing is left of a plugin that crashes or outlives the process that tries it.
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_PDEATHSIG, SIGKILL);

  report({{"at", "its constructors"}});
  const auto generation = Generation::open(std::move(origin));
  if (!generation) refuse("", generation.error().text);
  if (with_config) create_and_destroy(*generation);
  report({{"good", true}});
  _exit(0);
}

}  // namespace wharf::plugin
