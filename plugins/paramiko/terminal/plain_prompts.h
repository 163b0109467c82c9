// SPDX-License-Identifier: MIT
//
// The dialogue of plain mode, where everything that has to be asked is asked in the terminal: who logs in,
// the password, what the SSH server wants to know, and whether a host key is trusted.
//
// One question at a time. What is typed ahead answers the next one; what is left when the terminal opens is
// its first input. Answers are secrets until somebody asked for a name.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "secret.h"
#include "terminal/line_input.h"

namespace wharf_paramiko::terminal {

class PlainPrompts {
 public:
  PlainPrompts() = default;
  PlainPrompts(const PlainPrompts&) = delete;
  PlainPrompts& operator=(const PlainPrompts&) = delete;
  ~PlainPrompts() { forget_ahead(); }

  struct Login {
    std::string user;
  };
  struct Password {
    Secret password;
  };
  struct Answers {
    std::vector<Secret> answers;  // one for each prompt
  };
  struct HostKey {
    bool accept = false;
  };
  struct GivenUp {};
  using Answer = std::variant<Login, Password, Answers, HostKey, GivenUp>;

  struct Step {
    std::string shown;             // for the terminal
    std::optional<Answer> answer;  // of the question that was open; none is open now
  };

  struct Prompt {
    std::string text;
    bool echo = false;
  };
  struct HostKeyQuestion {
    std::string host;
    uint16_t port = 22;
    std::string algorithm;
    std::string fingerprint;  // "SHA256:..."
  };

  // [worker] Each asks, and answers at once if enough was typed ahead (`prompts` without a prompt: always).
  // Never while a question is open.
  Step ask_login();
  Step ask_password();
  // `prompts` as the SSH server wrote them, without control characters.
  Step ask(std::string_view name, std::string_view instruction, std::vector<Prompt> prompts);
  // "yes" or the fingerprint accepts, "no" refuses, anything else is asked again. What was typed before the
  // question was seen is no answer to it, and is forgotten.
  Step ask_host_key(const HostKeyQuestion& question);

  // [worker] What the client sent. Beyond 4 KiB nothing is kept for later questions.
  Step feed(std::string_view bytes);
  bool open() const { return question_ != Question::None; }

  // What was typed ahead and nobody asked for.
  Secret rest();

 private:
  enum class Question { None, Login, Password, Server, HostKey };

  Step run(const std::string& shown);
  void begin(std::string_view prompt, bool echo, std::string& shown);
  void begin_next_prompt(std::string& shown);
  std::optional<Answer> conclude(std::string& shown);
  std::optional<Answer> conclude_host_key(std::string& shown);
  void keep(std::string_view bytes);
  void forget_ahead();

  Question question_ = Question::None;
  LineInput line_;
  std::vector<Prompt> prompts_;  // of the server
  std::vector<Secret> answers_;  // to them, so far
  std::string fingerprint_;
  std::array<char, 4096> ahead_{};
  size_t ahead_size_ = 0;
};

// [worker] An error as the last line of a plain terminal: red, whole, on a line of its own.
std::string plain_error(std::string_view message);

}  // namespace wharf_paramiko::terminal
