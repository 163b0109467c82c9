// One route on one worker: the terminals that live there.
#pragma once

#include <wharf/consumer.hpp>

#include <map>
#include <memory>
#include <string>

#include "consumer/host_loop.h"
#include "consumer/shared.h"
#include "consumer/terminal.h"

namespace wharf_paramiko {

// [worker]
class Route {
 public:
  explicit Route(const wharf::Host& host);
  // Its terminals end; those of detached visitors are the last.
  ~Route();
  Route(const Route&) = delete;
  Route& operator=(const Route&) = delete;

  const std::shared_ptr<Shared>& shared() const { return shared_; }
  const std::shared_ptr<HostLoop>& loop() const { return loop_; }
  const terminal::RouteConfig& config() const { return shared_->config; }

  struct Wanted {
    Terminal::Visitor visitor;
    bool resumable = false;
    bool record = false;
    uint64_t window = 0;
  };
  // A terminal without a seat; the error is E_LIMIT.
  ssh::Result<std::shared_ptr<Terminal>> make(Wanted wanted);

 private:
  std::shared_ptr<HostLoop> loop_;
  std::shared_ptr<Shared> shared_;
  std::map<std::string, std::shared_ptr<Terminal>> terminals_;
};

}  // namespace wharf_paramiko
