#include "terminal/client_messages.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

using namespace wharf_paramiko::terminal;
using namespace std::string_literals;

namespace {

std::string problem(std::string_view frame) {
  tl::expected<ClientMessage, BadMessage> message = parse_client_message(frame);
  return message ? "" : message.error().why;
}

template <class Message>
Message parse(std::string_view frame) {
  tl::expected<ClientMessage, BadMessage> message = parse_client_message(frame);
  if (!message) FAIL(message.error().why);
  REQUIRE(std::holds_alternative<Message>(*message));
  return std::get<Message>(std::move(*message));
}

template <class How>
How parse_auth(std::string_view frame) {
  client::Auth auth = parse<client::Auth>(frame);
  REQUIRE(std::holds_alternative<How>(auth.how));
  return std::get<How>(std::move(auth.how));
}

std::string text_of(size_t size) { return std::string(size, 'x'); }

}  // namespace

TEST_CASE("connect names a target, a size and an environment") {
  client::Connect connect = parse<client::Connect>(
      R"({"t":"connect","host":"h.example","port":2222,"user":"zoë","term":"xterm","cols":120,"rows":50,"px":800,)"
      R"("env":{"LANG":"C.UTF-8","N":""},"want":{"record":true,"lowlat":true},"later":[1,{}]})");
  CHECK(connect.host == "h.example");
  CHECK(connect.port == 2222);
  CHECK(connect.user == "zoë");
  CHECK(connect.term == "xterm");
  CHECK(connect.size == Size{120, 50, 800, 0});
  REQUIRE(connect.env.size() == 2);
  CHECK(connect.env[0] == std::pair("LANG"s, "C.UTF-8"s));
  CHECK(connect.record);
  CHECK(connect.low_latency);
  CHECK(!connect.resume);
}

TEST_CASE("connect with nothing is the route's own target at 80x24") {
  client::Connect connect = parse<client::Connect>(R"({"t":"connect","host":null})");
  CHECK(connect.host.empty());
  CHECK(connect.port == 0);
  CHECK(connect.size == Size{80, 24, 0, 0});
}

TEST_CASE("connect takes up a session or joins one, not both") {
  client::Connect connect =
      parse<client::Connect>(R"({"t":"connect","resume":{"id":"s1","token":"tok","got":9007}})");
  REQUIRE(connect.resume);
  CHECK(connect.resume->id == "s1");
  CHECK(connect.resume->token.view() == "tok");
  CHECK(connect.resume->got == 9007);
  CHECK(parse<client::Connect>(R"({"t":"connect","join":{"token":"tok"}})").join->view() == "tok");
  CHECK(problem(R"({"t":"connect","join":{"token":"a"},"resume":{"id":"s","token":"b","got":0}})") ==
        "connect: `join` and `resume` exclude each other");
  CHECK(problem(R"({"t":"connect","resume":{"id":"s","token":"b"}})") == "connect: resume: `got` is missing");
  CHECK(problem(R"({"t":"connect","resume":[]})") == "connect: `resume` is a list, write an object");
}

TEST_CASE("connect keeps to its bounds") {
  CHECK(problem(R"({"t":"connect","port":65536})") == "connect: `port` is not between 0 and 65535");
  CHECK(problem(R"({"t":"connect","port":"22"})") == "connect: `port` is a text, write a whole number");
  CHECK(problem(R"({"t":"connect","port":22.5})") == "connect: `port` is a number, write a whole number");
  CHECK(problem(R"({"t":"connect","host":"a b"})") == "connect: `host` is no name and no address");
  CHECK(problem(R"({"t":"connect","user":"a\u0000"})") == "connect: `user` has a control character");
  CHECK(problem(fmt::format(R"({{"t":"connect","host":"{}"}})", text_of(255))) == "");
  CHECK(problem(fmt::format(R"({{"t":"connect","host":"{}"}})", text_of(256))) ==
        "connect: `host` has more than 255 bytes");
  CHECK(problem(R"({"t":"connect","env":{"A B":"x"}})") ==
        "connect: `env` has a name that is none of a variable");
  CHECK(problem(R"({"t":"connect","env":{"A":"x\ny"}})") ==
        "connect: `env` has a value that is no text of at most 1024 bytes without control characters");
  std::string many;
  for (int i = 0; i < 33; ++i) many += fmt::format(R"({}"V{}":"")", i == 0 ? "" : ",", i);
  CHECK(problem(fmt::format(R"({{"t":"connect","env":{{{}}}}})", many)) ==
        "connect: `env` has more than 32 variables");
}

TEST_CASE("sizes are clamped, and have to be whole numbers") {
  CHECK(parse<client::Resize>(R"({"t":"resize","cols":0,"rows":-5})").size == Size{1, 1, 0, 0});
  CHECK(parse<client::Resize>(R"({"t":"resize","cols":1001,"rows":1000,"px":99999,"py":-1})").size ==
        Size{1000, 1000, 65535, 0});
  CHECK(problem(R"({"t":"resize","cols":80})") == "resize: `rows` is missing");
  CHECK(problem(R"({"t":"resize","cols":"80","rows":24})") ==
        "resize: `cols` is a text, write a whole number");
  CHECK(problem(R"({"t":"resize","cols":80.5,"rows":24})") ==
        "resize: `cols` is a number, write a whole number");
}

TEST_CASE("auth brings a password, a key, answers or nothing") {
  CHECK(parse_auth<client::Password>(R"({"t":"auth","method":"password","password":"pä\u00df\u0000"})")
            .password.view() == "päß\0"s);
  client::PublicKey key = parse_auth<client::PublicKey>(
      R"({"t":"auth","method":"publickey","key":"-----BEGIN\nx\n","passphrase":"","cert":"ssh-ed25519-cert"})");
  CHECK(key.key.view() == "-----BEGIN\nx\n");
  REQUIRE(key.passphrase);
  CHECK(key.passphrase->empty());
  CHECK(key.certificate == "ssh-ed25519-cert");
  CHECK(!parse_auth<client::PublicKey>(R"({"t":"auth","method":"publickey","key":"k"})").passphrase);
  client::Answers answers =
      parse_auth<client::Answers>(R"({"t":"auth","method":"kbd","answers":["a","","c"]})");
  REQUIRE(answers.answers.size() == 3);
  CHECK(answers.answers[2].view() == "c");
  CHECK(parse_auth<client::Answers>(R"({"t":"auth","method":"kbd","answers":[]})").answers.empty());
  parse_auth<client::Agent>(R"({"t":"auth","method":"agent"})");
}

TEST_CASE("what is wrong with auth is said without the secret") {
  CHECK(problem(R"({"t":"auth"})") == "auth: `method` is missing");
  CHECK(problem(R"({"t":"auth","method":"hunter2"})") ==
        "auth: `method` is none of password, publickey, kbd, agent");
  CHECK(problem(R"({"t":"auth","method":"password"})") == "auth: `password` is missing");
  CHECK(problem(R"({"t":"auth","method":"password","password":1234})") ==
        "auth: `password` is a whole number, write a text");
  CHECK(problem(R"({"t":"auth","method":"kbd"})") == "auth: `answers` is missing");
  CHECK(problem(R"({"t":"auth","method":"kbd","answers":[1]})") ==
        "auth: `answers` has an item that is no text of at most 1024 bytes");
  const auto with_key = [](size_t size) {
    return fmt::format(R"({{"t":"auth","method":"publickey","key":"{}"}})", text_of(size));
  };
  CHECK(problem(with_key(largest_key)) == "");
  CHECK(problem(with_key(largest_key + 1)) == "auth: `key` has more than 32768 bytes");
  const auto with_password = [](size_t size) {
    return fmt::format(R"({{"t":"auth","method":"password","password":"{}"}})", text_of(size));
  };
  CHECK(problem(with_password(largest_answer)) == "");
  CHECK(problem(with_password(largest_answer + 1)) == "auth: `password` has more than 1024 bytes");
}

TEST_CASE("the small messages") {
  client::HostKey key = parse<client::HostKey>(R"({"t":"hostkey","accept":true,"fp":"SHA256:abc"})");
  CHECK(key.accept);
  CHECK(!key.remember);
  CHECK(key.fingerprint == "SHA256:abc");
  CHECK(problem(R"({"t":"hostkey","fp":"SHA256:abc"})") == "hostkey: `accept` is missing");
  CHECK(problem(R"({"t":"hostkey","accept":true})") == "hostkey: `fp` is missing");
  CHECK(parse<client::Ack>(R"({"t":"ack","n":9007199254740991})").n == 9007199254740991);
  CHECK(problem(R"({"t":"ack","n":9007199254740992})") == "ack: `n` is not between 0 and 9007199254740991");
  CHECK(problem(R"({"t":"ack","n":-1})") == "ack: `n` is not between 0 and 9007199254740991");
  CHECK(problem(R"({"t":"ack"})") == "ack: `n` is missing");
  parse<client::Eof>(R"({"t":"eof"})");
  parse<client::Detach>(R"({"t":"detach"})");
  parse<client::Close>(R"({"t":"close"})");
  CHECK(parse<client::Ping>(R"({"t":"ping","id":7})").id == 7);
  CHECK(parse<client::Signal>(R"({"t":"signal","name":"INT"})").name == "INT");
  CHECK(problem(R"({"t":"signal","name":"SIGINT"})") ==
        "signal: `name` is no signal that SSH knows, such as INT or TERM");
  client::Share share = parse<client::Share>(R"({"t":"share","mode":"rw","ttl":600})");
  CHECK(share.writable);
  CHECK(share.ttl == std::chrono::seconds(600));
  CHECK(problem(R"({"t":"share","mode":"all"})") == "share: `mode` is none of ro, rw");
  CHECK(parse<client::Kick>(R"({"t":"kick","viewer":"v1"})").viewer == "v1");
  CHECK(parse<client::Transfer>(R"({"t":"transfer","token":"abc"})").token.view() == "abc");
}

TEST_CASE("sftp asks by number, path and operation") {
  client::Sftp get = parse<client::Sftp>(R"({"t":"sftp","op":"get","id":3,"path":"/tmp/a\nb","offset":10})");
  CHECK(get.op == client::Sftp::Op::Get);
  CHECK(get.id == 3);
  CHECK(get.path == "/tmp/a\nb");
  CHECK(get.offset == 10);
  CHECK(parse<client::Sftp>(R"({"t":"sftp","op":"put","id":3,"path":"a","size":5})").size == 5);
  CHECK(parse<client::Sftp>(R"({"t":"sftp","op":"rename","id":3,"path":"a","to":"b"})").to == "b");
  CHECK(problem(R"({"t":"sftp","op":"rename","id":3,"path":"a"})") == "sftp: `to` is missing");
  CHECK(problem(R"({"t":"sftp","op":"list","path":"a"})") == "sftp: `id` is missing");
  CHECK(problem(R"({"t":"sftp","op":"list","id":1})") == "sftp: `path` is missing");
  CHECK(problem(R"({"t":"sftp","op":"list","id":1,"path":"a\u0000b"})") == "sftp: `path` has a zero byte");
  CHECK(problem(R"({"t":"sftp","op":"chmod","id":1,"path":"a"})") ==
        "sftp: `op` is none of list, stat, get, put, mkdir, rename, remove");
}

TEST_CASE("what is no message says so in a text that a Close frame holds") {
  CHECK(problem("ls\r") == "no JSON at byte 0: no value");
  CHECK(problem("[]") == "a list is no message, write an object");
  CHECK(problem("{}") == "a message without a text `t`");
  CHECK(problem(R"({"t":5})") == "a message without a text `t`");
  CHECK(problem(R"({"t":"conect"})") == "no message is called `conect`");
  CHECK(problem(R"({"t":"a\u001b[31mb"})") == "no message is called `a[31mb`");
  CHECK(problem(fmt::format(R"({{"t":"{}"}})", text_of(5000))) ==
        fmt::format("no message is called `{}`", text_of(40)));
  CHECK(problem(R"({"t":"ping","id":1,"x":[[[[1]]]]})") == "no JSON at byte 26: too deep");
  CHECK(problem(std::string(largest_frame + 1, ' ')) == "a text frame of more than 65536 bytes");
  CHECK(problem(R"({"t":"ping","id":1})" + std::string(largest_frame - 19, ' ')) == "");
}

TEST_CASE("nothing is left in the frame") {
  for (std::string frame : {R"({"t":"auth","method":"password","password":"hunter2"})"s,
                            R"({"password":"hunter2)"s, R"({"t":"nonsense","password":"hunter2"})"s}) {
    static_cast<void>(parse_client_message(std::span<char>(frame)));
    CHECK(frame == std::string(frame.size(), '\0'));
  }
}
