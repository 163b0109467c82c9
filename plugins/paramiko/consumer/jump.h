// The session that another one goes through. The route knows all that it needs, so nobody is asked anything.
#pragma once

#include <functional>
#include <string>

#include "consumer/host_loop.h"
#include "consumer/own_credentials.h"
#include "ssh/session.h"

namespace wharf_paramiko {

// [worker]
class Jump : public ssh::Events {
 public:
  // What becomes of it. It may not be destroyed within any of these.
  struct Told {
    std::function<void()> opened;
    std::function<void(const ssh::Error& why)> failed;
    std::function<void(const std::string& text)> noted;
  };
  // `loop` outlives it.
  Jump(HostLoop& loop, ssh::Settings settings, const terminal::RouteConfig::Jump& own, Told told);

  void begin() { session_.begin(); }
  ssh::Session& session() { return session_; }

  void host_key(const ssh::HostKeyReport& report) override;
  void authenticate(const ssh::AuthRequest& request) override;
  void prompts(const ssh::Prompts& prompts) override;
  void opened(const ssh::Opened&) override { told_.opened(); }
  void readable() override {}
  void writable() override {}
  void exited(const ssh::Exit&) override {}
  void failed(const ssh::Error& why) override;
  void noted(const std::string& text) override { told_.noted("the jump host: " + text); }

 private:
  Told told_;
  OwnCredentials own_;
  ssh::Session session_;
};

}  // namespace wharf_paramiko
