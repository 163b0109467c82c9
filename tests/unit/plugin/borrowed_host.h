// An instance of lender.so, whose host the test uses as a plugin would.
#pragma once

#include <doctest/doctest.h>

#include <memory>

#include "../../plugins/lender.h"
#include "fake_services.h"
#include "fixtures.h"
#include "plugin/instance.h"

namespace wharf::plugin {

struct BorrowedHost {
  explicit BorrowedHost(const std::string& config = "{}") {
    const auto generation = Generation::open(
        {"lender", test_plugin("lender"), test_plugin("lender"), "0123456789abcdef"}, Unload::Never);
    REQUIRE(generation);
    auto made = Instance::create(*generation, config, services, log.log);
    REQUIRE(made);
    instance = std::move(*made);
    void* state = nullptr;
    REQUIRE(instance->connect(1, wharf_scope{}, &state) == WHARF_ACCEPT);
    lender = static_cast<struct lender*>(state);
    host = lender->host;
  }

  template <class Table>
  const Table* extension(const char* id) const {
    return static_cast<const Table*>(host->extension(host, id));
  }

  ReadableLog log;
  FakeServices services;
  std::unique_ptr<Instance> instance;
  struct lender* lender = nullptr;
  const wharf_host* host = nullptr;
};

inline wharf_bytes bytes(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace wharf::plugin
