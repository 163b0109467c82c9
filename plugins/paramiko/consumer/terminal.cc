#include "consumer/terminal.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

#include "consumer/ack_step.h"
#include "consumer/overloaded.h"
#include "consumer/send_output.h"
#include "terminal/tokens.h"

namespace wharf_paramiko {

namespace {

using std::chrono::milliseconds;
namespace client = terminal::client;
namespace server = terminal::server;

// What one pass reads before other terminals of the worker have their turn.
constexpr size_t a_pass = 256 << 10;

// Whether somebody did something: the rest a page says by itself, for as long as it is open.
bool is_deed(const terminal::ClientMessage& message) {
  return !std::holds_alternative<client::Ack>(message) && !std::holds_alternative<client::Ping>(message) &&
         !std::holds_alternative<client::Resize>(message);
}

}  // namespace

Terminal::Terminal(Start start)
    : shared_(std::move(start.shared)),
      loop_(std::move(start.loop)),
      visitor_(std::move(start.visitor)),
      place_(std::move(start.place)),
      resumable_(start.resumable),
      record_(start.record),
      ended_(std::move(start.ended)),
      id_(terminal::random_id()),
      audit_(shared_, loop_, {id_, visitor_.user, visitor_.address}),
      ring_(shared_->config.resume.buffer),
      output_(ring_, start.window),
      coalescer_(shared_->config.flow.coalesce, largest_output),
      viewers_({shared_, id_, ring_,
                [this](const std::string& message) {
                  if (owner_) owner_->tell(message);
                },
                [this](std::string_view bytes) { return typed_by_viewer(bytes); },
                [this](std::string_view event, const std::string& text) {
                  audit_.tell(event, {{"what", text}});
                }}) {}

Terminal::~Terminal() = default;

// --- Logging in.

void Terminal::log_in(const Wish& wish) {
  if (state_ != State::Waiting) return;
  ssh::Result<ssh::Settings> settings = settings_for(shared_->config, wish);
  if (!settings) return fail(settings.error());
  if (settings->user.empty()) return fail({ssh::Code::Auth, "nobody said who logs in: name a user"});
  size_ = wish.size;
  state_ = State::Logging;
  audit_.tell("connect", {{"host", settings->host}, {"port", settings->port}, {"user", settings->user}});
  watch_idle();
  login_ = std::make_unique<Login>(Login::Start{shared_, *loop_, *this, *owner_, visitor_.address,
                                                [this](const ssh::Error& why) { fail(why); }},
                                   std::move(*settings));
  login_->begin();
}

void Terminal::host_key(const ssh::HostKeyReport& report) {
  if (state_ != State::Logging) return;
  audit_.tell("hostkey", {{"alg", report.algorithm}, {"fp", report.fingerprint}});
  login_->host_key(report);
}

void Terminal::authenticate(const ssh::AuthRequest& request) {
  if (state_ != State::Logging) return;
  if (request.reason) audit_.tell("auth", {{"ok", false}, {"why", request.reason->text}});
  login_->authenticate(request);
}

void Terminal::prompts(const ssh::Prompts& prompts) {
  if (state_ == State::Logging) login_->prompts(prompts);
}

void Terminal::answer_host_key(bool accept, bool remember) {
  if (state_ == State::Logging) login_->answer_host_key(accept, remember);
}

void Terminal::authenticate(ssh::Credential credential) {
  if (state_ == State::Logging) login_->authenticate(std::move(credential));
}

void Terminal::answer_prompts(std::vector<Secret> answers) {
  if (state_ == State::Logging) login_->answer_prompts(std::move(answers));
}

void Terminal::give_up() { end(); }

void Terminal::opened(const ssh::Opened& what) {
  if (state_ == State::Ended) return;
  state_ = State::Opening;
  banner_ = what.server;
  kex_ = what.kex;
  cipher_ = what.cipher;
  host_key_ = what.host_key;
  audit_.tell("auth", {{"ok", true}, {"user", login_->settings().user}});
  record();
}

void Terminal::record() {
  const terminal::RouteConfig::Recording& rules = shared_->config.recording;
  if (rules.dir.empty() || !(record_ || rules.required)) return open();
  const ssh::Settings& settings = login_->settings();
  terminal::CastHeader header;
  header.width = size_.cols;
  header.height = size_.rows;
  header.title = fmt::format("{}@{}", settings.user, settings.host);
  header.env = {{"TERM", settings.terminal.term}};
  recording_ = std::make_unique<Recording>(
      rules, id_, std::move(header),
      [loop = loop_](std::function<void()> work, std::function<void()> done) {
        loop->in_pool(std::move(work), std::move(done));
      },
      Recording::Told{[this] { open(); }, [this] { pump(); },
                      [this](const std::string& text) { noted(text); },
                      [this](const ssh::Error& why) { fail(why); }});
}

void Terminal::open() {
  if (state_ != State::Opening) return;
  state_ = State::Open;
  idle_watch_->somebody_new();
  if (resumable_) shared_->add(id_, {weak_from_this(), loop_});
  owner_->ready({id_, resumable_ ? new_token() : std::string(), ring_.end(), banner_, kex_, cipher_,
                 host_key_, false, recorded()});
  pump();  // the first output may have come before
  if (lost_) fail(*lost_);
}

std::string Terminal::new_token() {
  if (!shared_->config.resume.enabled) return {};
  return token_.renew();
}

// --- What sockets bring.

void Terminal::input(wharf_connection from, std::string_view bytes) {
  if (files_ && files_->bytes(from, bytes)) return;
  if (!owned_by(from)) return viewers_.input(from, bytes);
  somebody_typed();
  token_.arrived();
  input_ += bytes.size();
  take_input(bytes);
}

void Terminal::take_input(std::string_view bytes) {
  if (state_ != State::Open) return;
  if (recording_) recording_->input(bytes);
  if (session()->write(bytes) < bytes.size()) {
    return fail({ssh::Code::Limit,
                 fmt::format("more than {} bytes of input wait for the remote side: paste less at a time",
                             shared_->config.flow.stdin_queue)});
  }
  tell_input();
}

bool Terminal::typed_by_viewer(std::string_view bytes) {
  if (state_ != State::Open) return false;
  if (session()->queued_input() + bytes.size() > viewers_input(shared_->config)) return false;
  somebody_typed();
  take_input(bytes);
  return true;
}

void Terminal::tell_input() {
  if (state_ != State::Open) return;
  const uint64_t queued = session()->queued_input();
  const uint64_t done = input_ - std::min<uint64_t>(input_, queued);
  if (owner_ && done >= input_told_ + ack_step(shared_->config.flow.stdin_queue)) {
    input_told_ = done;
    owner_->input_taken(done);
  }
  viewers_.tell_input(queued);
  if (queued > 0 && input_timer_ == nullptr) {
    input_timer_ = loop_->timer(look_again, [this] {
      input_timer_.reset();
      tell_input();
    });
  }
}

void Terminal::bad_message(std::string_view why) {
  owner_->close(4400, why);
  end();
}

void Terminal::message(wharf_connection from, terminal::ClientMessage& message) {
  if (files_ && files_->message(from, message)) return;
  if (!owned_by(from)) {
    viewers_.message(from, message);
    return pump();  // there may be room for more
  }
  token_.arrived();
  if (is_deed(message)) somebody_typed();
  const auto granted = [this](const ssh::Result<void>& result) {
    if (!result) fail(result.error());
  };
  std::visit(Overloaded{
                 [this](client::Connect&) { bad_message("connect: the session has begun already"); },
                 [this](client::Transfer&) { bad_message("transfer: it is the first message of a socket"); },
                 [this](client::Auth& auth) {
                   if (state_ == State::Logging) login_->answer(auth);
                 },
                 [this](client::HostKey& key) {
                   if (state_ == State::Logging) login_->answer_host_key(key);
                 },
                 [this](client::Resize& wanted) { resize(wanted.size); },
                 [this](client::Ack& ack) {
                   if (!output_.reader().ack(ack.n)) return bad_message("ack: n is more than was sent");
                   pump();
                 },
                 [this](client::Eof&) {
                   if (session() != nullptr) session()->end_input();
                 },
                 [this](client::Signal& signal) {
                   if (signal.name == "INT") take_input("\x03");
                   if (signal.name == "QUIT") take_input("\x1c");
                 },
                 [this](client::Ping& ping) {
                   owner_->tell(terminal::compose(server::Pong{ping.id, {}}));
                 },
                 [this](client::Detach&) {
                   owner_->close(1000, {});
                   gone(owner_->connection());
                 },
                 [this](client::Close&) {
                   owner_->close(1000, {});
                   end();
                 },
                 [&](client::Share& share) {
                   if (state_ != State::Open) return bad_message("share: there is no terminal yet");
                   granted(viewers_.share(share));
                 },
                 [&](client::Kick& kick) { granted(viewers_.kick(kick.viewer)); },
                 [this](client::Sftp& question) { files().ask(owner_->connection(), question); },
             },
             message);
}

void Terminal::resize(const terminal::Size& size) {
  size_ = size;
  audit_.tell("resize", {{"cols", size_.cols}, {"rows", size_.rows}});
  if (login_) login_->resize(to_ssh(size_));
  if (recording_) recording_->resize(size_);
  viewers_.size_is(size_);
}

void Terminal::gone(wharf_connection from) {
  if (files_ && files_->gone(from)) return;
  if (!owned_by(from)) return viewers_.gone(from);
  const terminal::RouteConfig::Resume& rules = shared_->config.resume;
  const bool waits = state_ == State::Open && resumable_ && rules.enabled;
  if (!waits) return end();
  if (rules.max_detached > 0 && shared_->detached >= rules.max_detached) {
    audit_.tell("detach", {{"ok", false}, {"why", "too many wait already"}});
    return end();
  }
  owner_.reset();
  output_.detach();
  wait_for_owner();
}

void Terminal::wait_for_owner() {
  waiting_ = true;
  ++shared_->detached;
  audit_.tell("detach", {{"ok", true}});
  grace_timer_ = loop_->timer(shared_->config.resume.grace, [this] { end(); });
}

bool Terminal::resume(std::unique_ptr<Seat> seat, const Visitor& visitor, const client::Resume& resume,
                      uint64_t window) {
  const bool right = state_ == State::Open && visitor.user == visitor_.user &&
                     visitor.origin == visitor_.origin && token_.accept(resume.token.view());
  if (!right) return false;
  if (owner_) owner_->close(4409, "taken over elsewhere");
  owner_ = std::move(seat);
  grace_timer_.reset();
  if (std::exchange(waiting_, false)) --shared_->detached;
  input_ = input_told_ = 0;
  idle_watch_->somebody_new();
  audit_.tell("resume", {{"by", visitor.address}});
  const terminal::OutputOwner::Attached attached = output_.attach(resume.got, window);
  owner_->ready({id_, new_token(), attached.from, banner_, kex_, cipher_, host_key_, false, recorded()});
  if (attached.truncated) {
    owner_->replay(attached.from);
    // A program that draws draws anew when the size changes.
    ssh::Size other = to_ssh(size_);
    other.rows = std::max(1, other.rows - 1);
    session()->resize(other);
    session()->resize(to_ssh(size_));
  }
  if (!viewers_.empty()) viewers_.tell_owner();
  pump();
  if (lost_) fail(*lost_);
  return true;
}

bool Terminal::join(std::unique_ptr<Seat> seat, const Visitor& visitor, const Secret& token,
                    uint64_t window) {
  if (state_ != State::Open || exit_ || lost_) return false;
  const server::Ready ready{id_, {}, 0, banner_, kex_, cipher_, host_key_, true, recorded()};
  const bool right =
      viewers_.join({std::move(seat), visitor.user, visitor.address, window}, token.view(), ready, size_);
  pump();
  return right;
}

// --- Files.

Files& Terminal::files() {
  if (files_ == nullptr) {
    files_ = std::make_shared<Files>(Files::Start{
        *loop_, shared_->config, id_, [this] { return state_ == State::Open ? session()->sftp() : nullptr; },
        [this](wharf_connection to, const std::string& message) {
          if (owned_by(to)) owner_->tell(message);
        },
        [this](const std::string& text) {
          audit_.tell("sftp", {{"what", text}});
        },
        [this] { somebody_typed(); }});
  }
  return *files_;
}

bool Terminal::carry(wharf_connection from, const Visitor& visitor, std::string_view token) {
  return files_ && visitor.user == visitor_.user && visitor.origin == visitor_.origin &&
         files_->attach(from, token);
}

// --- Output.

void Terminal::pump() {
  if (state_ != State::Open) return;
  size_t total = 0;
  while (total < a_pass) {
    const size_t got = read_some();
    send_out();
    if (const milliseconds wait = viewers_.send_out(); wait.count() > 0) pump_again_in(wait);
    if (state_ != State::Open || got == 0) break;
    total += got;
  }
  if (total >= a_pass) pump_again_in(milliseconds(0));
  if (state_ != State::Open || !exit_ || owner_ == nullptr || output_.reader().waiting() > 0) return;
  owner_->exited(last_words());
  end();
}

server::Exit Terminal::last_words() const {
  server::Exit last;
  if (exit_->signal.empty()) last.status = static_cast<uint32_t>(exit_->status);
  last.signal = exit_->signal;
  last.lasted = std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
  last.bytes = ring_.end();
  return last;
}

size_t Terminal::read_some() {
  if (owner_ && !resumable_) {
    // A page without acks has taken what is not waiting for its socket any more.
    terminal::OutputReader& reader = output_.reader();
    reader.ack(reader.position() - std::min(reader.position(), owner_->unsent()));
  }
  size_t room = std::min(output_.room(), largest_output);
  if (recording_) room = std::min(room, recording_->room());
  if (room == 0) {
    if (owner_ && !resumable_) pump_again_in(look_again);
    return 0;
  }
  std::array<char, largest_output> buffer;
  const size_t got = session()->read(std::span(buffer.data(), room));
  const std::string_view bytes(buffer.data(), got);
  ring_.append(bytes);
  if (recording_) recording_->output(bytes);
  return got;
}

void Terminal::send_out() {
  if (owner_ == nullptr) return;
  const milliseconds wait = send_output(*owner_, output_.reader(), coalescer_, exit_.has_value());
  if (wait.count() > 0) pump_again_in(wait);
}

void Terminal::pump_again_in(milliseconds time) {
  if (pump_timer_) return;
  pump_timer_ = loop_->timer(time, [this] {
    pump_timer_.reset();
    pump();
  });
}

// --- The end.

void Terminal::watch_idle() {
  const terminal::RouteConfig::Timeouts& limits = shared_->config.timeouts;
  idle_watch_.emplace(*loop_, IdleWatch::Limits{limits.idle, limits.session},
                      IdleWatch::Told{[this](std::chrono::seconds in, bool fixed) {
                                        if (owner_) owner_->tell(terminal::compose(server::Idle{in, fixed}));
                                      },
                                      [this](const ssh::Error& why) { fail(why); }});
}

void Terminal::somebody_typed() {
  if (idle_watch_) idle_watch_->input();
}

void Terminal::exited(const ssh::Exit& how) {
  if (state_ == State::Ended) return;
  exit_ = how;
  if (how.signal.empty()) {
    audit_.tell("exit", {{"status", how.status}});
  } else {
    audit_.tell("exit", {{"signal", how.signal}});
  }
  viewers_.exited(last_words());
  pump();
}

void Terminal::failed(const ssh::Error& why) {
  if (state_ == State::Ended) return;
  if (files_) files_->end(why);
  if (state_ == State::Open || state_ == State::Opening) {
    send_out();
    if (exit_) return pump();  // it is only the connection that went, too
    if (owner_ == nullptr || state_ == State::Opening) {
      lost_ = why;  // whoever comes back is told
      viewers_.failed(why);
      return;
    }
  }
  fail(state_ == State::Logging ? login_->explained(why) : why);
}

void Terminal::fail(ssh::Error why) {
  if (state_ == State::Ended) return;
  audit_.tell("failed", {{"code", std::string(ssh::name_of(why.code))}, {"why", why.text}});
  if (owner_) owner_->failed(why);
  viewers_.failed(why);
  end();
}

void Terminal::stop() {
  if (owner_) owner_->close(1001, "the server stops");
  viewers_.close(1001, "the server stops");
  end();
}

// The session and the seat may be the callers, so they go with the terminal, in a moment.
void Terminal::end() {
  if (std::exchange(state_, State::Ended) == State::Ended) return;
  viewers_.close(1000, "the session has ended");
  if (login_) {
    const milliseconds lasted = std::chrono::duration_cast<milliseconds>(Clock::now() - began_);
    audit_.tell("end", {{"ms", lasted.count()}, {"bytes", static_cast<int64_t>(ring_.end())}});
  }
  shared_->remove(id_);
  if (files_) files_->end({ssh::Code::Lost, "the terminal has ended, and its files with it"});
  if (std::exchange(waiting_, false)) --shared_->detached;
  pump_timer_.reset();
  input_timer_.reset();
  grace_timer_.reset();
  idle_watch_.reset();
  recording_.reset();
  place_.reset();
  ended_();
}

void Terminal::noted(const std::string& text) {
  loop_->host().log(WHARF_WARNING, 0, "terminal " + id_ + ": " + text);
}

}  // namespace wharf_paramiko
