// SPDX-License-Identifier: MIT
#include "terminal/plain_prompts.h"

#include <fmt/format.h>
#include <string.h>

#include <algorithm>

#include "terminal/printable.h"

namespace wharf_paramiko::terminal {

namespace {

constexpr std::string_view login_prompt = "login: ";
constexpr std::string_view host_key_prompt = "Type yes, no, or the fingerprint: ";

void add_line(std::string& shown, std::string_view text) {
  std::string line = printable(text);
  if (line.empty()) return;
  shown += line;
  if (!line.ends_with("\r\n")) shown += "\r\n";
}

}  // namespace

PlainPrompts::Step PlainPrompts::ask_login() {
  std::string shown;
  question_ = Question::Login;
  begin(login_prompt, true, shown);
  return run(shown);
}

PlainPrompts::Step PlainPrompts::ask_password() {
  std::string shown;
  question_ = Question::Password;
  begin("password: ", false, shown);
  return run(shown);
}

PlainPrompts::Step PlainPrompts::ask(std::string_view name, std::string_view instruction,
                                     std::vector<Prompt> prompts) {
  std::string shown;
  add_line(shown, name);
  add_line(shown, instruction);
  if (prompts.empty()) return {std::move(shown), Answers{}};
  question_ = Question::Server;
  prompts_ = std::move(prompts);
  answers_.clear();
  begin_next_prompt(shown);
  return run(shown);
}

PlainPrompts::Step PlainPrompts::ask_host_key(const HostKeyQuestion& question) {
  forget_ahead();
  question_ = Question::HostKey;
  fingerprint_ = printable_line(question.fingerprint);
  std::string shown = fmt::format("The host key of {} (port {}) is not known yet.\r\n{} {}\r\n",
                                  printable_line(question.host), question.port,
                                  printable_line(question.algorithm), fingerprint_);
  begin(host_key_prompt, true, shown);
  return {std::move(shown), std::nullopt};
}

PlainPrompts::Step PlainPrompts::feed(std::string_view bytes) {
  std::string shown;
  std::optional<Answer> answer;
  while (open() && !bytes.empty()) {
    bytes.remove_prefix(line_.feed(bytes, shown));
    if (line_.state() != LineInput::State::Open) answer = conclude(shown);
  }
  keep(bytes);
  return {std::move(shown), std::move(answer)};
}

// A question has been shown: what was typed ahead may answer it.
PlainPrompts::Step PlainPrompts::run(const std::string& shown) {
  Secret ahead = rest();
  Step step = feed(ahead.view());
  step.shown.insert(0, shown);
  return step;
}

void PlainPrompts::begin(std::string_view prompt, bool echo, std::string& shown) {
  shown += prompt;
  size_t line = prompt.rfind('\n');
  line_.begin(line == std::string_view::npos ? prompt : prompt.substr(line + 1), echo);
}

void PlainPrompts::begin_next_prompt(std::string& shown) {
  const Prompt& prompt = prompts_[answers_.size()];
  begin(printable(prompt.text), prompt.echo, shown);
}

// The line is complete. Nothing: something else has been asked instead.
std::optional<PlainPrompts::Answer> PlainPrompts::conclude(std::string& shown) {
  if (line_.state() == LineInput::State::GivenUp) {
    question_ = Question::None;
    answers_.clear();
    return GivenUp{};
  }
  switch (question_) {
    case Question::None:
      break;
    case Question::Login: {
      Secret name = line_.take();
      if (name.empty()) {
        begin(login_prompt, true, shown);
        return std::nullopt;
      }
      question_ = Question::None;
      return Login{std::string(name.view())};
    }
    case Question::Password:
      question_ = Question::None;
      return Password{line_.take()};
    case Question::Server:
      answers_.push_back(line_.take());
      if (answers_.size() < prompts_.size()) {
        begin_next_prompt(shown);
        return std::nullopt;
      }
      question_ = Question::None;
      return Answers{std::move(answers_)};
    case Question::HostKey:
      return conclude_host_key(shown);
  }
  return std::nullopt;
}

std::optional<PlainPrompts::Answer> PlainPrompts::conclude_host_key(std::string& shown) {
  std::string answer(line_.take().view());
  bool is_fingerprint = !fingerprint_.empty() && answer == fingerprint_;
  for (char& c : answer) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (!is_fingerprint && answer != "yes" && answer != "no") {
    begin(host_key_prompt, true, shown);
    return std::nullopt;
  }
  question_ = Question::None;
  return HostKey{answer != "no"};
}

void PlainPrompts::keep(std::string_view bytes) {
  ahead_size_ += bytes.copy(ahead_.data() + ahead_size_, ahead_.size() - ahead_size_);
}

void PlainPrompts::forget_ahead() {
  explicit_bzero(ahead_.data(), ahead_.size());
  ahead_size_ = 0;
}

Secret PlainPrompts::rest() {
  Secret ahead(std::string_view(ahead_.data(), ahead_size_));
  forget_ahead();
  return ahead;
}

std::string plain_error(std::string_view message) {
  return fmt::format("\r\n\x1b[31m{}\x1b[0m\r\n", printable_line(message, 1024));
}

}  // namespace wharf_paramiko::terminal
