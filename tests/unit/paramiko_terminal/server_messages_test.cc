#include "terminal/server_messages.h"

#include <doctest/doctest.h>

#include <string>

using namespace wharf_paramiko::terminal;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("what the server says") {
  server::Hello hello{
      {"resume"}, {524288, 1048576, 65536, seconds(1800), milliseconds(1500)}, true, {"user"}};
  CHECK(
      compose(hello) ==
      R"({"t":"hello","v":1,"features":["resume"],"limits":{"window":524288,"stdin":1048576,"maxmsg":65536,)"
      R"("idle":1800,"grace":2},"choose":true,"needs":["user"]})");
  server::HostKey key{
      server::HostKeyStatus::Changed, false, "h", 22, "ssh-ed25519", "SHA256:a", {"SHA256:b"}};
  CHECK(compose(key) ==
        R"({"t":"hostkey","status":"changed","ask":false,"host":"h","port":22,"alg":"ssh-ed25519",)"
        R"("fp":"SHA256:a","known":["SHA256:b"]})");
  server::AuthRequest request{{"kbd"}, true, "zoë", "n", "i", {{"Code: ", true}}, 2, "denied"};
  CHECK(compose(request) ==
        R"({"t":"authreq","methods":["kbd"],"partial":true,"user":"zoë","name":"n",)"
        R"("instruction":"i","prompts":[{"text":"Code: ","echo":true}],"left":2,"reason":"denied"})");
  server::Ready ready{"s1", "tok", 7, "hi\n", "curve25519-sha256", "aes128-ctr", "ssh-ed25519", true, false};
  CHECK(compose(ready) ==
        R"({"t":"ready","id":"s1","off":7,"resume":"tok","banner":"hi\n","kex":"curve25519-sha256",)"
        R"("cipher":"aes128-ctr","hostkey":"ssh-ed25519","ro":true,"recorded":false})");
  ready.token.clear();
  CHECK(compose(ready).find("resume") == std::string::npos);
  CHECK(compose(server::Replay{9, true}) == R"({"t":"replay","from":9,"truncated":true})");
  CHECK(compose(server::Exit{3, "", milliseconds(1500), 10}) ==
        R"({"t":"exit","status":3,"ms":1500,"bytes":10})");
  CHECK(compose(server::Exit{std::nullopt, "TERM", milliseconds(1), 0}) ==
        R"({"t":"exit","signal":"TERM","ms":1,"bytes":0})");
  CHECK(compose(server::Error{"E_AUTH", "no", true}) ==
        R"({"t":"error","code":"E_AUTH","msg":"no","retry":true})");
  CHECK(compose(server::Pong{5, std::nullopt}) == R"({"t":"pong","id":5})");
  CHECK(compose(server::Pong{5, std::chrono::microseconds(1250)}) == R"({"t":"pong","id":5,"ssh_ms":1.25})");
  CHECK(compose(server::Viewers{}) == R"({"t":"viewers","viewers":[]})");
  CHECK(compose(server::Viewers{{{"v1", "bob", false}}}) ==
        R"({"t":"viewers","viewers":[{"id":"v1","name":"bob","mode":"ro"}]})");
  CHECK(compose(server::Idle{seconds(60), false}) == R"({"t":"idle","in":60,"fixed":false})");
  CHECK(compose(server::SizeIs{120, 50}) == R"({"t":"size","cols":120,"rows":50})");
  CHECK(compose(server::Shared{"tok", true, seconds(600)}) ==
        R"({"t":"shared","token":"tok","mode":"rw","ttl":600})");
  CHECK(compose(server::InputAck{5}) == R"({"t":"ack","n":5})");
}

TEST_CASE("answers of sftp") {
  using Answer = server::SftpAnswer;
  CHECK(compose(Answer{1, Answer::Done{}}) == R"({"t":"sftp","id":1,"ok":true})");
  CHECK(compose(Answer{2, Answer::Token{"tok", 5}}) == R"({"t":"sftp","id":2,"token":"tok","size":5})");
  CHECK(compose(Answer{2, Answer::Token{"tok", std::nullopt}}) == R"({"t":"sftp","id":2,"token":"tok"})");
  CHECK(compose(Answer{2, Answer::Token{"tok", 5, 1700000000}}) ==
        R"({"t":"sftp","id":2,"token":"tok","size":5,"mtime":1700000000})");
  CHECK(compose(Answer{3, Answer::Entries{{}, false, true}}) ==
        R"({"t":"sftp","id":3,"entries":[],"more":false,"truncated":true})");
  CHECK(
      compose(Answer{3, Answer::Entries{{{"a", 'd', 4096, 1700000000, 0755}}, true}}) ==
      R"({"t":"sftp","id":3,"entries":[{"name":"a","type":"d","size":4096,"mtime":1700000000,"mode":493}],"more":true})");
  CHECK(compose(Answer{4, server::Error{"E_POLICY", "no", false}}) ==
        R"({"t":"sftp","id":4,"error":{"code":"E_POLICY","msg":"no","retry":false}})");
}

TEST_CASE("a server's text that is no UTF-8 does no harm") {
  CHECK(compose(server::Error{"E_LOST", "a\xff", false}) ==
        "{\"t\":\"error\",\"code\":\"E_LOST\",\"msg\":\"a\xef\xbf\xbd\",\"retry\":false}");
}

TEST_CASE("every error has its close code") {
  CHECK(close_code("E_AUTH") == 4401);
  CHECK(close_code("E_ALG_RSA") == 4401);
  CHECK(close_code("E_POLICY") == 4403);
  CHECK(close_code("E_IDLE") == 4408);
  CHECK(close_code("E_HOSTKEY") == 4410);
  CHECK(close_code("E_LIMIT") == 4429);
  for (const char* code : {"E_DNS", "E_REFUSED", "E_TIMEOUT", "E_LOST"}) CHECK(close_code(code) == 4502);
  CHECK(close_code("E_INTERNAL") == 1011);
  CHECK(close_code("") == 1011);
}
