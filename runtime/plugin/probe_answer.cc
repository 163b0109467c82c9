// The child's part of probe.h.

#include <dlfcn.h>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
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

std::shared_ptr<const Generation> load(const Origin& origin, Unload unload) {
  report({{"at", "its constructors"}});
  auto generation = Generation::open(origin, unload);
  if (!generation) refuse("", generation.error().text);
  return std::move(*generation);
}

void create_and_destroy(std::shared_ptr<const Generation> generation, const std::string& config) {
  LoneServices services;
  report({{"at", "`create`"}});
  auto instance =
      Instance::create(std::move(generation), config, services, telemetry::make_log(spdlog::level::warn));
  if (!instance) refuse(instance.error().json_pointer, instance.error().why);
  report({{"at", "`destroy`"}});
  instance->reset();
}

size_t threads() {
  const std::filesystem::directory_iterator all("/proc/self/task");
  return static_cast<size_t>(std::distance(begin(all), end(all)));
}

// Those of libuv's pool begin with the first job, and are not the plugin's.
void start_pool_threads() {
  uv_loop_t loop;
  uv_work_t nothing;
  uv_loop_init(&loop);
  uv_queue_work(
      &loop, &nothing, [](uv_work_t*) {}, [](uv_work_t*, int) {});
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_loop_close(&loop);
}

void create_and_unload(const Origin& origin, const std::string& config) {
  start_pool_threads();
  const size_t threads_before = threads();
  // What is only right the first time is not right.
  constexpr int rounds = 3;
  for (int round = 0; round < rounds; ++round) {
    std::shared_ptr<const Generation> generation = load(origin, Unload::WhenIdle);
    create_and_destroy(generation, config);
    if (threads() > threads_before) {
      refuse("",
             "`unload: idle` is not for it: a thread that it has begun goes on after `destroy`: let "
             "`destroy` wait for it, or leave `unload` out");
    }
    report({{"at", "its destructors"}});
    generation.reset();
    if (dlopen(origin.copy.c_str(), RTLD_NOW | RTLD_NOLOAD) != nullptr) {
      refuse("",
             "`unload: idle` is not for it: its code stays after dlclose, as that of a library does that "
             "has unique symbols or destructors of threads, or was linked with -z nodelete: leave `unload` "
             "out");
    }
  }
}

}  // namespace

void answer_probe(const Origin& origin, bool with_config, Unload unload) {
  // Nothing is left of a plugin that crashes or outlives the process that tries it.
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_PDEATHSIG, SIGKILL);

  const std::string config = with_config ? std::string{std::istreambuf_iterator<char>(std::cin), {}} : "";
  if (!with_config) {
    load(origin, Unload::Never);
  } else if (unload == Unload::WhenIdle) {
    create_and_unload(origin, config);
  } else {
    create_and_destroy(load(origin, Unload::Never), config);
  }
  report({{"good", true}});
  _exit(0);
}

}  // namespace wharf::plugin
