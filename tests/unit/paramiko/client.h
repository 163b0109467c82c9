// A session and an owner of it that writes down what it is told.
#pragma once

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "poll_loop.h"
#include "ssh/session.h"
#include "sshd.h"

namespace wharf_paramiko::ssh {

class Client : public Events {
 public:
  explicit Client(const Sshd& sshd) {
    settings.host = "127.0.0.1";
    settings.port = sshd.port();
    settings.user = sshd.user();
    settings.targets = *TargetPolicy::make({"127.0.0.1:*"}, TargetPolicy::usual_deny());
    known_hosts = sshd.path(fmt::format("known_hosts.{}", static_cast<const void*>(this)));
    write_file(known_hosts, sshd.known_line() + "\n");
    settings.host_keys.files = {known_hosts};
  }

  void begin(Client* through = nullptr) {
    session = through == nullptr ? std::make_unique<Session>(loop(), *this, settings)
                                 : std::make_unique<Session>(loop(), *this, settings, *through->session);
    session->begin();
  }
  // Answers every request with the key in this file.
  void use_key(const std::string& path, std::string passphrase = "") {
    on_authenticate = [this, path, passphrase] {
      session->authenticate(PublicKey{Secret(read_file(path)), Secret(passphrase)});
    };
  }
  void use_password(const std::string& password) {
    on_authenticate = [this, password] { session->authenticate(Password{Secret(password)}); };
  }
  bool run_until(const std::function<bool()>& reached) {
    bool is_there = false;  // asked once a turn: to ask may take something, as read() does
    loop().run_until([&] { return (is_there = reached()) || failure; });
    return is_there;
  }
  bool opens() {
    begin();
    return run_until([this] { return what.has_value(); });
  }
  bool fails() {
    begin();
    return loop().run_until([this] { return failure.has_value(); });
  }
  bool exits() {
    return run_until([this] { return exit.has_value(); });
  }
  bool shows(const std::string& text) {
    return run_until([&] { return output.find(text) != std::string::npos; });
  }
  void take() {
    std::vector<char> buffer(65536);
    while (session && taking) {
      const size_t size = session->read(buffer);
      if (size == 0) return;
      output.append(buffer.data(), size);
    }
  }
  std::string code() const { return failure ? std::string(name_of(failure->code)) : ""; }
  PollLoop& loop() { return shared ? *shared : own_; }

  void host_key(const HostKeyReport& report) override {
    key = report;
    if (report.question && on_host_key) on_host_key();
  }
  void authenticate(const AuthRequest& request) override {
    requests.push_back(request);
    if (on_authenticate) on_authenticate();
  }
  void prompts(const Prompts& prompts) override {
    rounds.push_back(prompts);
    if (on_prompts) on_prompts();
  }
  void opened(const Opened& opened) override { what = opened; }
  void readable() override { take(); }
  void writable() override { ++drained; }
  void exited(const Exit& how) override { exit = how; }
  void failed(const Error& why) override { failure = why; }
  void noted(const std::string& text) override { notes += text; }

  Settings settings;
  std::string known_hosts;
  std::function<void()> on_authenticate, on_prompts, on_host_key;
  bool taking = true;
  PollLoop* shared = nullptr;  // in place of its own

  std::optional<HostKeyReport> key;
  std::vector<AuthRequest> requests;
  std::vector<Prompts> rounds;
  std::optional<Opened> what;
  std::optional<Exit> exit;
  std::optional<Error> failure;
  std::string output, notes;
  unsigned drained = 0;

 private:
  PollLoop own_;

 public:
  std::unique_ptr<Session> session;  // ends before its loop
};

}  // namespace wharf_paramiko::ssh
