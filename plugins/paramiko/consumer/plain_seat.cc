#include "consumer/plain_seat.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "consumer/overloaded.h"

namespace wharf_paramiko {

namespace {

using terminal::PlainPrompts;

constexpr uint64_t high_mark = 256 << 10;
constexpr uint64_t low_mark = 64 << 10;

bool has(const ssh::AuthRequest& request, std::string_view method) {
  return std::find(request.methods.begin(), request.methods.end(), method) != request.methods.end();
}

}  // namespace

PlainSeat::PlainSeat(HostLoop& loop, wharf_connection connection, uint64_t rate, Answers answers)
    : Seat(loop, connection),
      answers_(std::move(answers)),
      rate_(rate, std::max<uint64_t>(rate / 4, 64 << 10)) {}

void PlainSeat::show(const std::string& text) {
  if (!text.empty()) host().send(connection_, text);
}

void PlainSeat::typed(std::string_view bytes) {
  if (ready_) return answers_.input(bytes);
  take(prompts_.feed(bytes));
}

// An answer may lead to the next question at once, and to the end of this seat.
void PlainSeat::take(PlainPrompts::Step step) {
  show(step.shown);
  if (!step.answer) return;
  std::visit(Overloaded{
                 [this](PlainPrompts::Login& login) { answers_.login(std::move(login.user)); },
                 [this](PlainPrompts::Password& password) {
                   answers_.credential(ssh::Password{std::move(password.password)});
                 },
                 [this](PlainPrompts::Answers& answers) { answers_.prompts(std::move(answers.answers)); },
                 [this](PlainPrompts::HostKey& key) { answers_.host_key(key.accept); },
                 [this](PlainPrompts::GivenUp&) { answers_.give_up(); },
             },
             *step.answer);
}

void PlainSeat::ask_login() { take(prompts_.ask_login()); }

void PlainSeat::host_key(const ssh::HostKeyReport& report) {
  if (!report.question) return;
  take(prompts_.ask_host_key({report.host, report.port, report.algorithm, report.fingerprint}));
}

// As ssh does: the server's own questions before the bare password.
void PlainSeat::authenticate(const ssh::AuthRequest& request, const std::string&) {
  if (request.reason) show(request.reason->text + "\r\n");
  if (has(request, "keyboard-interactive")) {
    answers_.credential(ssh::KeyboardInteractive{});
  } else if (has(request, "password")) {
    take(prompts_.ask_password());
  } else {
    failed(
        {ssh::Code::Auth,
         "the server takes no password here, and a terminal can ask for nothing else: let the route have the "
         "key, or use a page that speaks ssh.v1"});
    answers_.give_up();
  }
}

void PlainSeat::prompts(const ssh::Prompts& prompts, const ssh::AuthRequest&, const std::string&) {
  std::vector<PlainPrompts::Prompt> asked;
  for (const ssh::Prompts::Prompt& prompt : prompts.prompts) asked.push_back({prompt.text, prompt.echo});
  take(prompts_.ask(prompts.name, prompts.instruction, std::move(asked)));
}

void PlainSeat::ready(const terminal::server::Ready&) {
  ready_ = true;
  const Secret ahead = prompts_.rest();
  if (!ahead.empty()) answers_.input(ahead.view());
}

size_t PlainSeat::room() {
  const uint64_t waiting = unsent();
  if (waiting >= high_mark) flooded_ = true;
  if (waiting <= low_mark) flooded_ = false;
  if (flooded_) return 0;
  return static_cast<size_t>(
      std::min(high_mark - std::min(waiting, high_mark), rate_.available(std::chrono::steady_clock::now())));
}

void PlainSeat::output(std::string_view bytes) {
  rate_.take(bytes.size());
  std::string text;
  text_.decode(bytes, text);
  show(text);
}

void PlainSeat::exited(const terminal::server::Exit&) {
  std::string text;
  text_.finish(text);
  show(text);
  close(1000, {});
}

void PlainSeat::failed(const ssh::Error& error) {
  const std::string code(ssh::name_of(error.code));
  show(terminal::plain_error(error.text));
  close(terminal::close_code(code), code);
}

}  // namespace wharf_paramiko
