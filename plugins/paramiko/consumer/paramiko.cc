// SPDX-License-Identifier: MIT
//
// The consumer `paramiko`: an SSH terminal over a WebSocket. docs/paramiko-protocol.md is what a page sees;
// README.md says how a route is configured. A connection is a window to a Terminal (terminal.h), which may
// have begun with an earlier connection, and may live on another worker.
#include <wharf/consumer.hpp>
#include <wharf/ext/io.hpp>

#include <charconv>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "consumer/origin.h"
#include "consumer/plain_seat.h"
#include "consumer/route.h"
#include "consumer/terminal.h"
#include "consumer/v1_seat.h"

namespace wharf_paramiko {

namespace {

constexpr uint64_t low_latency_window = 128 << 10;
constexpr uint64_t plain_window = 256 << 10;

// The number of `name` in "a=1&b=2", or `otherwise`.
int64_t number_in(std::string_view query, std::string_view name, int64_t otherwise) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
    if (!pair.starts_with(name) || pair.size() <= name.size() || pair[name.size()] != '=') continue;
    const std::string_view text = pair.substr(name.size() + 1);
    int64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size() ? number : otherwise;
  }
  return otherwise;
}

}  // namespace

class Paramiko : public wharf::RouteConsumer<Route> {
 public:
  void connect() override;
  void receive(std::string_view text) override;
  void receive_binary(wharf::Binary data) override;
  void disconnect() override;

 private:
  void begin_plain(std::string_view query);
  void say_hello();
  void first_message(terminal::ClientMessage& message);
  void begin(terminal::client::Connect& wanted);
  void come_back(terminal::client::Connect& wanted);
  void join(terminal::client::Connect& wanted);
  // To a terminal that is there already, perhaps on another worker. `arrive` is called on its own, with a
  // seat for this socket; false is the same as no terminal.
  using Arrive = std::function<bool(Terminal& there, std::unique_ptr<Seat> seat)>;
  void go_to(const std::optional<Remote>& found, Arrive arrive);
  void carry(terminal::client::Transfer& wanted);
  void typed(std::string_view bytes);
  uint64_t window_of(const terminal::client::Connect& wanted) const;

  Terminal::Visitor visitor_;
  bool plain_ = true;
  PlainSeat* plain_seat_ = nullptr;  // as long as the terminal is there
  std::optional<Remote> remote_;
  wharf::Timer first_;  // until the first message
};

void Paramiko::connect() {
  const wharf::Scope visit = scope();
  const terminal::RouteConfig& config = route().config();
  visitor_.origin = visit.header("origin").value_or("");
  if (!origin_allowed(config.origins, visitor_.origin, visit.header("host").value_or(""))) {
    log().warning("a page of another origin asked for a terminal, and is refused");
    reject(403, "This page may not open a terminal here.");
    return;
  }
  plain_ = visit.subprotocol() != "ssh.v1";
  if (plain_ ? !config.plain : !config.ssh_v1) {
    reject(400, plain_ ? "This address wants the subprotocol ssh.v1." : "This address knows no subprotocol.");
    return;
  }
  if (visit.user().is_authenticated()) visitor_.user = visit.user().name();
  visitor_.address = visit.client_address();
  accept();
  if (plain_) {
    begin_plain(visit.query_string());
  } else {
    say_hello();
  }
}

// --- Plain mode.

void Paramiko::begin_plain(std::string_view query) {
  const terminal::RouteConfig& config = route().config();
  ssh::Result<std::shared_ptr<Terminal>> made = route().make({visitor_, false, false, plain_window});
  if (!made) {
    send(terminal::plain_error(made.error().text));
    close(terminal::close_code(ssh::name_of(made.error().code)));
    return;
  }
  Terminal* terminal = made->get();
  Wish wish;
  wish.size =
      terminal::clamped(number_in(query, "cols", config.pty.cols), number_in(query, "rows", config.pty.rows));
  PlainSeat::Answers answers{
      [terminal, wish](std::string user) {
        Wish whole = wish;
        whole.user = std::move(user);
        terminal->log_in(whole);
      },
      [terminal](bool accept) { terminal->answer_host_key(accept, accept); },
      [terminal](ssh::Credential credential) { terminal->authenticate(std::move(credential)); },
      [terminal](std::vector<Secret> given) { terminal->answer_prompts(std::move(given)); },
      [terminal, number = connection()](std::string_view bytes) { terminal->input(number, bytes); },
      [terminal, number = connection(), loop = route().loop()] {
        loop->host().close(number, 4401, "given up");
        terminal->give_up();
      },
  };
  auto seat =
      std::make_unique<PlainSeat>(*route().loop(), connection(), config.flow.plain_rate, std::move(answers));
  plain_seat_ = seat.get();
  remote_ = Remote{*made, route().loop()};
  terminal->seat(std::move(seat));
  if (config.target.user.empty()) {
    plain_seat_->ask_login();
  } else {
    terminal->log_in(wish);
  }
}

void Paramiko::typed(std::string_view bytes) {
  if (remote_ && !remote_->terminal.expired()) plain_seat_->typed(bytes);
}

// --- ssh.v1.

void Paramiko::say_hello() {
  const terminal::RouteConfig& config = route().config();
  terminal::server::Hello hello;
  if (config.resume.enabled) hello.features.push_back("resume");
  if (config.share.enabled) hello.features.push_back("share");
  if (config.share.enabled && config.share.allow_rw) hello.features.push_back("share-rw");
  if (!config.recording.dir.empty()) hello.features.push_back("record");
  if (config.sftp.enabled) {
    hello.features.push_back("sftp");
    hello.limits.transfers = config.sftp.max_parallel;
  }
  hello.limits.window = config.flow.client_window;
  hello.limits.stdin_queue = config.flow.stdin_queue;
  hello.limits.message = terminal::largest_frame;
  hello.limits.idle = config.timeouts.idle;
  if (config.resume.enabled) hello.limits.grace = config.resume.grace;
  hello.choose = config.allow_client_target;
  if (config.target.host.empty()) hello.needs.push_back("host");
  if (config.target.user.empty()) hello.needs.push_back("user");
  send(terminal::compose(hello));
  first_ = wharf::Timer(*this, config.timeouts.auth, [this] { close(4401, "nothing was said in time"); });
}

void Paramiko::receive(std::string_view text) {
  if (plain_) return typed(text);
  tl::expected<terminal::ClientMessage, terminal::BadMessage> message = terminal::parse_client_message(text);
  if (!message) {
    close(4400, message.error().why);
    return;
  }
  if (!remote_) return first_message(*message);
  remote_->loop->run([terminal = remote_->terminal, from = connection(),
                      moved = std::make_shared<terminal::ClientMessage>(std::move(*message))] {
    if (const std::shared_ptr<Terminal> here = terminal.lock()) here->message(from, *moved);
  });
}

void Paramiko::receive_binary(wharf::Binary data) {
  const std::string_view bytes = wharf::view(wharf::bytes(data));
  if (plain_) return typed(bytes);
  if (!remote_) {
    close(4400, "connect comes first");
    return;
  }
  // What is typed may be a password, and the terminal may live on another worker.
  remote_->loop->run(
      [terminal = remote_->terminal, from = connection(), typed = std::make_shared<Secret>(bytes)] {
        if (const std::shared_ptr<Terminal> here = terminal.lock()) here->input(from, typed->view());
      });
}

void Paramiko::first_message(terminal::ClientMessage& message) {
  if (auto* transfer = std::get_if<terminal::client::Transfer>(&message)) return carry(*transfer);
  terminal::client::Connect* wanted = std::get_if<terminal::client::Connect>(&message);
  if (wanted == nullptr) {
    close(4400, "connect comes first");
    return;
  }
  first_.cancel();
  if (wanted->join) {
    join(*wanted);
  } else if (wanted->resume) {
    come_back(*wanted);
  } else {
    begin(*wanted);
  }
}

uint64_t Paramiko::window_of(const terminal::client::Connect& wanted) const {
  const uint64_t window = route().config().flow.client_window;
  return wanted.low_latency ? std::min(window, low_latency_window) : window;
}

void Paramiko::begin(terminal::client::Connect& wanted) {
  auto seat = std::make_unique<V1Seat>(*route().loop(), connection());
  ssh::Result<std::shared_ptr<Terminal>> made =
      route().make({visitor_, true, wanted.record, window_of(wanted)});
  if (!made) return seat->failed(made.error());
  remote_ = Remote{*made, route().loop()};
  (*made)->seat(std::move(seat));
  (*made)->log_in({wanted.host, wanted.port, wanted.user, wanted.term, wanted.size, wanted.env});
}

void Paramiko::come_back(terminal::client::Connect& wanted) {
  auto resume = std::make_shared<terminal::client::Resume>(std::move(*wanted.resume));
  go_to(route().shared()->find(resume->id),
        [resume, visitor = visitor_, window = window_of(wanted), size = wanted.size](
            Terminal& there, std::unique_ptr<Seat> seat) {
          if (!there.resume(std::move(seat), visitor, *resume, window)) return false;
          there.resize(size);
          return true;
        });
}

void Paramiko::join(terminal::client::Connect& wanted) {
  auto token = std::make_shared<Secret>(std::move(*wanted.join));
  Shared& shared = *route().shared();
  const auto invitation = shared.invitations.find(token->view(), std::chrono::steady_clock::now());
  go_to(invitation ? shared.find(invitation->terminal) : std::nullopt,
        [token, visitor = visitor_, window = window_of(wanted)](Terminal& there, std::unique_ptr<Seat> seat) {
          return there.join(std::move(seat), visitor, *token, window);
        });
}

void Paramiko::go_to(const std::optional<Remote>& found, Arrive arrive) {
  if (!found) {
    close(4404, "there is no such session");
    return;
  }
  remote_ = found;
  found->loop->run([remote = *found, from = connection(), arrive = std::move(arrive)] {
    const std::shared_ptr<Terminal> there = remote.terminal.lock();
    if (there != nullptr && arrive(*there, std::make_unique<V1Seat>(*remote.loop, from))) return;
    remote.loop->host().close(from, 4404, "there is no such session");
  });
}

void Paramiko::carry(terminal::client::Transfer& wanted) {
  first_.cancel();
  remote_ = route().shared()->find(Files::terminal_of(wanted.token.view()));
  if (!remote_) {
    close(4404, "there is no such token");
    return;
  }
  remote_->loop->run([remote = *remote_, from = connection(), visitor = visitor_,
                      token = std::make_shared<Secret>(std::move(wanted.token))] {
    const std::shared_ptr<Terminal> here = remote.terminal.lock();
    if (here == nullptr || !here->carry(from, visitor, token->view()))
      remote.loop->host().close(from, 4404, "there is no such token");
  });
}

void Paramiko::disconnect() {
  if (!remote_) return;
  remote_->loop->run([terminal = remote_->terminal, from = connection()] {
    if (const std::shared_ptr<Terminal> here = terminal.lock()) here->gone(from);
  });
}

}  // namespace wharf_paramiko

WHARF_PLUGIN(wharf_paramiko::Paramiko, .name = "paramiko", .version = "1.0.0",
             .summary = "an SSH terminal in a browser", .subprotocols = {"ssh.v1"});
