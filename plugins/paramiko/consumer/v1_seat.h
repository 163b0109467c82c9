// The seat of a page that speaks `ssh.v1` (docs/paramiko-protocol.md).
#pragma once

#include "consumer/seat.h"

namespace wharf_paramiko {

class V1Seat : public Seat {
 public:
  using Seat::Seat;

  void host_key(const ssh::HostKeyReport& report) override;
  void authenticate(const ssh::AuthRequest& request, const std::string& user) override;
  void prompts(const ssh::Prompts& prompts, const ssh::AuthRequest& request,
               const std::string& user) override;
  void ready(const terminal::server::Ready& ready) override;
  void replay(uint64_t from) override;
  // Its acks are the bound, see terminal/output_reader.h.
  size_t room() override { return SIZE_MAX; }
  void output(std::string_view bytes) override;
  void input_taken(uint64_t bytes) override;
  void size_is(const terminal::Size& size) override;
  void tell(const std::string& message) override;
  void exited(const terminal::server::Exit& exit) override;
  void failed(const ssh::Error& error) override;
};

}  // namespace wharf_paramiko
