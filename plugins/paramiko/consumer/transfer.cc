#include "consumer/transfer.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <variant>

#include "consumer/ack_step.h"
#include "terminal/printable.h"

namespace wharf_paramiko {

namespace {

using terminal::compose;
namespace client = terminal::client;
namespace server = terminal::server;

constexpr std::chrono::minutes token_lasts{1};

}  // namespace

server::Error to_message(const ssh::Error& error) {
  return {std::string(ssh::name_of(error.code)), error.text, error.retry};
}

Transfer::Transfer(HostLoop& loop, std::string token, Plan plan, Told told)
    : loop_(loop), token_(Secret::take(token)), plan_(std::move(plan)), told_(std::move(told)) {}

void Transfer::opened() {
  if (state_ != State::Opening) return;
  state_ = State::Waiting;
  expiry_ = loop_.timer(token_lasts, [this] {
    end(ssh::failure(ssh::Code::Timeout, "nobody came with the token within a minute: ask again", true));
  });
  told_.opened();
}

void Transfer::attach(wharf_connection socket) {
  state_ = State::Moving;
  socket_ = socket;
  token_.clear();
  expiry_.reset();
  begin();
}

void Transfer::message(const terminal::ClientMessage& message) {
  if (const auto* ack_of = std::get_if<client::Ack>(&message)) return ack(ack_of->n);
  if (std::holds_alternative<client::Eof>(message)) return eof();
  if (const auto* ping = std::get_if<client::Ping>(&message)) {
    host().send(socket_, compose(server::Pong{ping->id, {}}));
    return;
  }
  refuse(4400, "this socket carries a file: send its bytes, ack, eof or ping");
}

void Transfer::bytes(std::string_view) {
  refuse(4400, "this file comes from the server: send nothing but acks");
}
void Transfer::ack(uint64_t) { refuse(4400, "ack: this file goes to the server, which acks"); }
void Transfer::eof() { refuse(4400, "eof: this file comes from the server"); }

void Transfer::refuse(uint16_t code, std::string_view why) {
  host().close(std::exchange(socket_, 0), code, why);
  end(ssh::failure(ssh::Code::Policy, std::string(why)));
}

void Transfer::gone() {
  socket_ = 0;
  end(ssh::failure(ssh::Code::Lost, "its socket closed before the end", true));
}

void Transfer::count(uint64_t bytes) {
  moved_ += bytes;
  told_.moved();
}

ssh::Result<void> Transfer::fits(uint64_t size) const {
  if (size <= plan_.most) return {};
  return ssh::failure(ssh::Code::Limit,
                      fmt::format("{} has more than {} bytes, which is what a file may have here",
                                  terminal::printable_line(plan_.path), plan_.most));
}

void Transfer::end(const ssh::Result<void>& how) {
  const State was = std::exchange(state_, State::Ended);
  if (was == State::Ended) return;
  const Told told = std::move(told_);
  expiry_.reset();
  file_.reset();
  if (socket_ != 0) {
    server::SftpAnswer last{plan_.id, server::SftpAnswer::Done{}};
    if (!how) last.what = to_message(how.error());
    host().send(socket_, compose(last));
    host().close(socket_, 1000, {});
  }
  if (was == State::Opening && !how) return told.refused(how.error());
  told.ended(how);
}

namespace {

// The page's acks are the bound: no more than a window beyond them is sent, and the file is read no further.
class Download : public Transfer {
 public:
  using Transfer::Transfer;

  std::string_view name() const override { return "get"; }

  void open(ssh::Sftp& sftp) override {
    file_ = sftp.get(
        plan().path, plan().offset, [this](std::string_view chunk) { take(chunk); },
        [this](const ssh::Result<void>& how) { end(how); }, [this] { opened(); });
    file_->pause(true);
  }

 private:
  void begin() override { file_->pause(false); }

  void take(std::string_view chunk) {
    // It may have grown since it was looked at.
    if (const ssh::Result<void> fit = fits(plan().offset + moved() + chunk.size()); !fit) return end(fit);
    held_.append(chunk);
    send();
  }

  void send() {
    const uint64_t credit = plan().window - std::min(plan().window, moved() - acked_);
    const std::string_view now = held_.view().substr(0, static_cast<size_t>(credit));
    if (!now.empty()) {
      const wharf_result sent =
          host().send_binary(socket(), std::as_bytes(std::span(now.data(), now.size())));
      // A file with a hole in it is worse than none.
      if (sent != WHARF_OK) return end(ssh::failure(ssh::Code::Limit, "its socket takes no more", true));
      count(now.size());
      held_.pop(now.size());
    }
    file_->pause(!held_.empty() || moved() - acked_ >= plan().window);
  }

  void ack(uint64_t n) override {
    if (n > moved()) return refuse(4400, "ack: n is more than was sent");
    acked_ = std::max(acked_, n);
    send();
  }

  uint64_t acked_ = 0;
  ssh::ByteQueue held_;  // what the window did not take of one chunk
};

// The page sends no more than a window beyond what it has been told that is taken.
class Upload : public Transfer {
 public:
  using Transfer::Transfer;

  std::string_view name() const override { return "put"; }

  void open(ssh::Sftp& sftp) override {
    file_ = sftp.put(
        plan().path, plan().offset, [this] { hand_on(); }, [this](const ssh::Result<void>& how) { end(how); },
        [this] { opened(); });
  }

  void bytes(std::string_view bytes) override {
    if (eof_) return refuse(4400, "the file has ended: nothing follows an eof");
    received_ += bytes.size();
    if (received_ - acked_ > plan().window)
      return refuse(4429, "more than the window of input is on its way: wait for acks");
    if (const ssh::Result<void> fit = fits(plan().offset + received_); !fit) return end(fit);
    held_.append(bytes);
    hand_on();
  }

 private:
  void begin() override {}

  void eof() override {
    eof_ = true;
    hand_on();
  }

  void hand_on() {
    if (!moving()) return;
    const size_t taken = file_->write(held_.view());
    held_.pop(taken);
    if (taken > 0) count(taken);
    // Also of a small rest, so that a page can show when all of it has gone.
    if (moved() - acked_ >= ack_step(plan().window) || (held_.empty() && acked_ < moved())) {
      acked_ = moved();
      host().send(socket(), compose(server::InputAck{acked_}));
    }
    if (eof_ && held_.empty()) file_->finish();
  }

  uint64_t received_ = 0;
  uint64_t acked_ = 0;
  bool eof_ = false;
  ssh::ByteQueue held_;  // what the session has not taken yet
};

}  // namespace

std::unique_ptr<Transfer> make_download(HostLoop& loop, std::string token, Transfer::Plan plan,
                                        Transfer::Told told) {
  return std::make_unique<Download>(loop, std::move(token), std::move(plan), std::move(told));
}

std::unique_ptr<Transfer> make_upload(HostLoop& loop, std::string token, Transfer::Plan plan,
                                      Transfer::Told told) {
  return std::make_unique<Upload>(loop, std::move(token), std::move(plan), std::move(told));
}

}  // namespace wharf_paramiko
