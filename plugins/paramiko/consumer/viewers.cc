#include "consumer/viewers.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "consumer/ack_step.h"
#include "consumer/overloaded.h"
#include "consumer/send_output.h"

namespace wharf_paramiko {

namespace {

using std::chrono::milliseconds;
namespace client = terminal::client;
namespace server = terminal::server;

std::string_view mode(bool writable) { return writable ? "rw" : "ro"; }

}  // namespace

// --- What the owner asks.

ssh::Result<void> Viewers::share(const client::Share& wanted) {
  const terminal::RouteConfig::Share& rules = terms_.shared->config.share;
  if (!rules.enabled) {
    return ssh::failure(ssh::Code::Policy, "this terminal is not to be shared: its route has no `share:`");
  }
  if (wanted.writable && !rules.allow_rw) {
    return ssh::failure(ssh::Code::Policy, "nobody else may type here: share it with the mode `ro`");
  }
  const Secret token =
      terms_.shared->invitations.invite(terms_.terminal, wanted.writable, wanted.ttl, Clock::now());
  terms_.audit("share", fmt::format("{} for {} s", mode(wanted.writable), wanted.ttl.count()));
  std::string message =
      terminal::compose(server::Shared{std::string(token.view()), wanted.writable, wanted.ttl});
  terms_.tell_owner(message);
  wipe(message);
  return {};
}

ssh::Result<void> Viewers::kick(const std::string& viewer) {
  if (!terms_.shared->config.share.enabled) {
    return ssh::failure(ssh::Code::Policy, "nobody can look at this terminal: its route has no `share:`");
  }
  const List::iterator who =
      std::find_if(viewers_.begin(), viewers_.end(), [&](const Viewer& each) { return each.id == viewer; });
  if (who == viewers_.end()) return {};
  terms_.shared->invitations.withdraw(who->invitation);
  terms_.audit("kick", fmt::format("viewer={}", who->id));
  who->seat->close(4403, "the owner has sent you away");
  leave(who);
  return {};
}

void Viewers::tell_owner() const {
  server::Viewers message;
  for (const Viewer& each : viewers_) message.viewers.push_back({each.id, each.name, each.writable});
  terms_.tell_owner(terminal::compose(message));
}

// --- What sockets bring.

bool Viewers::join(Guest guest, std::string_view token, server::Ready ready, const terminal::Size& size) {
  Shared& shared = *terms_.shared;
  const std::optional<terminal::Invitation> invitation = shared.invitations.find(token, Clock::now());
  if (!invitation || invitation->terminal != terms_.terminal) return false;
  if (viewers_.size() >= shared.config.share.max_viewers) {
    guest.seat->failed(
        {ssh::Code::Limit, "as many look at this terminal as may: try again when one has left", true});
    return true;
  }
  tl::expected<terminal::SessionLimits::Place, terminal::SessionLimits::Full> place =
      shared.viewers.enter(guest.user, guest.address);
  if (!place) {
    guest.seat->failed(
        {ssh::Code::Limit, "you, or your address, look at as many terminals as you may: close one", true});
    return true;
  }
  const std::string& name = guest.user.empty() ? guest.address : guest.user;
  Viewer& viewer = viewers_.emplace_back(
      Viewer{std::to_string(++last_id_), name, invitation->writable, invitation->number, std::move(*place),
             std::move(guest.seat), terminal::OutputReader(terms_.ring, guest.window, 0),
             terminal::Coalescer(shared.config.flow.coalesce, largest_output)});
  ready.offset = viewer.reader.position();
  ready.read_only = !viewer.writable;
  viewer.seat->ready(ready);
  viewer.seat->size_is(size);
  if (ready.offset > 0) viewer.seat->replay(ready.offset);
  terms_.audit(
      "join", fmt::format("viewer={} name={} address={} {}", viewer.id, guest.user.empty() ? "-" : guest.user,
                          guest.address, mode(viewer.writable)));
  tell_owner();
  return true;
}

void Viewers::input(wharf_connection from, std::string_view bytes) {
  const List::iterator who = at(from);
  if (who == viewers_.end() || !who->writable) return;
  who->input += bytes.size();
  if (terms_.type(bytes)) return;  // which may have ended everything
  turn_away(who, {ssh::Code::Limit, "too much input waits for the remote side: paste less at a time"});
}

void Viewers::message(wharf_connection from, const terminal::ClientMessage& message) {
  const List::iterator who = at(from);
  if (who == viewers_.end()) return;
  const auto bad = [&](std::string_view why) {
    who->seat->close(4400, why);
    leave(who);
  };
  const auto only_owner = [&] {
    turn_away(who, {ssh::Code::Policy, "only the owner of a terminal may do that"});
  };
  std::visit(Overloaded{
                 [&](const client::Connect&) { bad("connect: the session has begun already"); },
                 [&](const client::Transfer&) { bad("transfer: it is the first message of a socket"); },
                 [&](const client::Ack& ack) {
                   if (!who->reader.ack(ack.n)) bad("ack: n is more than was sent");
                 },
                 [&](const client::Ping& ping) {
                   who->seat->tell(terminal::compose(server::Pong{ping.id, {}}));
                 },
                 [&](const client::Share&) { only_owner(); },
                 [&](const client::Kick&) { only_owner(); },
                 [&](const client::Sftp&) { only_owner(); },
                 [&](const client::Detach&) {
                   who->seat->close(1000, {});
                   leave(who);
                 },
                 [&](const client::Close&) {
                   who->seat->close(1000, {});
                   leave(who);
                 },
                 // A page says some of these by itself.
                 [](const client::Auth&) {},
                 [](const client::HostKey&) {},
                 [](const client::Resize&) {},
                 [](const client::Eof&) {},
                 [](const client::Signal&) {},
             },
             message);
}

void Viewers::gone(wharf_connection from) {
  if (const List::iterator who = at(from); who != viewers_.end()) leave(who);
}

Viewers::List::iterator Viewers::at(wharf_connection from) {
  return std::find_if(viewers_.begin(), viewers_.end(),
                      [&](const Viewer& each) { return each.seat->connection() == from; });
}

void Viewers::leave(List::iterator who) {
  terms_.audit("leave", fmt::format("viewer={}", who->id));
  viewers_.erase(who);
  tell_owner();
}

void Viewers::turn_away(List::iterator who, const ssh::Error& why) {
  who->seat->failed(why);
  leave(who);
}

// --- What happens to the terminal.

void Viewers::size_is(const terminal::Size& size) {
  for (const Viewer& each : viewers_) each.seat->size_is(size);
}

milliseconds Viewers::send_out() {
  std::optional<milliseconds> next;
  for (Viewer& each : viewers_) {
    const milliseconds wait = send_output(*each.seat, each.reader, each.coalescer, false);
    if (wait.count() > 0) next = std::min(next.value_or(wait), wait);
  }
  return next.value_or(milliseconds(0));
}

void Viewers::tell_input(uint64_t queued) {
  const uint64_t step = ack_step(terms_.shared->config.flow.stdin_queue);
  for (Viewer& each : viewers_) {
    const uint64_t done = each.input - std::min(each.input, queued);
    if (done < each.input_told + step) continue;
    each.input_told = done;
    each.seat->input_taken(done);
  }
}

void Viewers::exited(const server::Exit& exit) {
  end([&](Seat& seat) { seat.exited(exit); });
}

void Viewers::failed(const ssh::Error& why) {
  // The same again leads nowhere: it is their terminal that has gone.
  end([&](Seat& seat) { seat.failed({why.code, why.text, false}); });
}

void Viewers::close(uint16_t code, std::string_view reason) {
  end([&](Seat& seat) { seat.close(code, reason); });
}

void Viewers::end(const std::function<void(Seat& seat)>& last_words) {
  for (Viewer& each : std::exchange(viewers_, {})) {
    each.reader.set_window(UINT64_MAX);  // there will be no ack to wait for
    send_output(*each.seat, each.reader, each.coalescer, true);
    last_words(*each.seat);
  }
}

}  // namespace wharf_paramiko
