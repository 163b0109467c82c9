#include "terminal/plain_prompts.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf_paramiko::terminal;

namespace {

const std::string fingerprint = "SHA256:" + std::string(43, 'A');

PlainPrompts::HostKeyQuestion new_host() { return {"h.example", 2222, "ssh-ed25519", fingerprint}; }

}  // namespace

TEST_CASE("login and password are asked in turn, the password unseen") {
  PlainPrompts prompts;
  CHECK(prompts.ask_login().shown == "login: ");
  CHECK(prompts.open());
  PlainPrompts::Step step = prompts.feed("zo");
  CHECK(step.shown == "zo");
  CHECK(!step.answer);
  step = prompts.feed("e\r");
  CHECK(step.shown == "e\r\n");
  REQUIRE(step.answer);
  CHECK(std::get<PlainPrompts::Login>(*step.answer).user == "zoe");
  CHECK(!prompts.open());
  CHECK(prompts.ask_password().shown == "password: ");
  step = prompts.feed("geheim\r");
  CHECK(step.shown == "\r\n");
  CHECK(std::get<PlainPrompts::Password>(*step.answer).password.view() == "geheim");
}

TEST_CASE("a login without a name is asked again") {
  PlainPrompts prompts;
  prompts.ask_login();
  PlainPrompts::Step step = prompts.feed("\r");
  CHECK(step.shown == "\r\nlogin: ");
  CHECK(!step.answer);
  CHECK(std::get<PlainPrompts::Login>(*prompts.feed("a\r").answer).user == "a");
}

TEST_CASE("an empty password is an answer") {
  PlainPrompts prompts;
  prompts.ask_password();
  CHECK(std::get<PlainPrompts::Password>(*prompts.feed("\r").answer).password.empty());
}

TEST_CASE("what is typed ahead answers the next question, and the rest is input") {
  PlainPrompts prompts;
  CHECK(prompts.feed("zoe\rgeheim\rls -l\r").shown.empty());
  PlainPrompts::Step step = prompts.ask_login();
  CHECK(step.shown == "login: zoe\r\n");
  CHECK(std::get<PlainPrompts::Login>(*step.answer).user == "zoe");
  step = prompts.ask_password();
  CHECK(step.shown == "password: \r\n");
  CHECK(std::get<PlainPrompts::Password>(*step.answer).password.view() == "geheim");
  CHECK(prompts.rest().view() == "ls -l\r");
  CHECK(prompts.rest().empty());
}

TEST_CASE("typing ahead is bounded") {
  PlainPrompts prompts;
  prompts.feed(std::string(3000, 'x'));
  prompts.feed(std::string(3000, 'y'));
  CHECK(prompts.rest().view() == std::string(3000, 'x') + std::string(1096, 'y'));
}

TEST_CASE("the server's prompts come as they are, but do nothing") {
  PlainPrompts prompts;
  PlainPrompts::Step step = prompts.ask("Two\x1b[2J factors", "line one\nline two",
                                        {{"Password: ", false},
                                         {"\x1b]0;x\x07"
                                          "Code: ",
                                          true}});
  CHECK(step.shown == "Two[2J factors\r\nline one\r\nline two\r\nPassword: ");
  step = prompts.feed("pw\r");
  CHECK(step.shown == "\r\n]0;xCode: ");
  CHECK(!step.answer);
  step = prompts.feed("123456\r");
  CHECK(step.shown == "123456\r\n");
  const PlainPrompts::Answers& answers = std::get<PlainPrompts::Answers>(*step.answer);
  REQUIRE(answers.answers.size() == 2);
  CHECK(answers.answers[0].view() == "pw");
  CHECK(answers.answers[1].view() == "123456");
}

TEST_CASE("a round without a prompt is answered at once") {
  PlainPrompts prompts;
  PlainPrompts::Step step = prompts.ask("", "Welcome", {});
  CHECK(step.shown == "Welcome\r\n");
  CHECK(std::get<PlainPrompts::Answers>(*step.answer).answers.empty());
  CHECK(!prompts.open());
}

TEST_CASE("a prompt of several lines is redrawn by its last") {
  PlainPrompts prompts;
  prompts.ask("", "", {{"first\nlast: ", true}});
  CHECK(prompts.feed("漢\x7f").shown == "漢\r\x1b[Klast: ");
}

TEST_CASE("giving up ends every question") {
  PlainPrompts prompts;
  prompts.ask("", "", {{"a", false}, {"b", false}});
  prompts.feed("x\r");
  PlainPrompts::Step step = prompts.feed("y\x03left");
  CHECK(std::holds_alternative<PlainPrompts::GivenUp>(*step.answer));
  CHECK(!prompts.open());
}

TEST_CASE("a new host key is shown and wants a clear answer") {
  PlainPrompts prompts;
  PlainPrompts::Step step = prompts.ask_host_key(new_host());
  CHECK(step.shown == "The host key of h.example (port 2222) is not known yet.\r\nssh-ed25519 " +
                          fingerprint + "\r\nType yes, no, or the fingerprint: ");
  step = prompts.feed("y\r");
  CHECK(!step.answer);
  CHECK(step.shown == "y\r\nType yes, no, or the fingerprint: ");
  CHECK(!prompts.feed("\r").answer);
  CHECK(std::get<PlainPrompts::HostKey>(*prompts.feed("Yes\r").answer).accept);
  prompts.ask_host_key(new_host());
  CHECK(!std::get<PlainPrompts::HostKey>(*prompts.feed("no\r").answer).accept);
  prompts.ask_host_key(new_host());
  CHECK(std::get<PlainPrompts::HostKey>(*prompts.feed(fingerprint + "\r").answer).accept);
  prompts.ask_host_key(new_host());
  CHECK(!prompts.feed("sha256:" + fingerprint.substr(7) + "\r").answer);
}

TEST_CASE("what was typed before a host key was shown does not accept it") {
  PlainPrompts prompts;
  prompts.feed("yes\r");
  PlainPrompts::Step step = prompts.ask_host_key(new_host());
  CHECK(!step.answer);
  CHECK(prompts.open());
  CHECK(prompts.rest().empty());
}

TEST_CASE("an error is a red line that cannot end early") {
  CHECK(plain_error("no\x1b[0m route\nto host") == "\r\n\x1b[31mno[0m route to host\x1b[0m\r\n");
}
