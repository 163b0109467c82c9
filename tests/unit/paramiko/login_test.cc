// Logging in to a real sshd, in every way there is.
#include <doctest/doctest.h>

#include "client.h"
#include "ssh/library.h"

// libssh2 1.10 forgets a number of OpenSSL's for each login by an ECDSA key. The stack of it ends in
// libcrypto, which keeps no frame pointers.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libcrypto.so"; }

namespace wharf_paramiko::ssh {

namespace {

// One of each for all cases: starting takes a while.
struct World {
  Library library;
  Sshd sshd;
};

World& world() {
  static World world;
  return world;
}

const std::string password = "so secret";

// The password first, then a code.
void answer(Client& client, const std::string& code) {
  std::vector<Secret> answers;
  answers.emplace_back(client.rounds.size() == 1 ? password : code);
  client.session->answer_prompts(std::move(answers));
}

}  // namespace

TEST_CASE("an ed25519 key from memory logs in, and what was agreed on is told") {
  Sshd& sshd = world().sshd;
  Client client(sshd);
  client.use_key(sshd.make_key("ed25519"));
  REQUIRE_MESSAGE(client.opens(), client.failure->text);
  CHECK(client.what->server.starts_with("SSH-2.0-OpenSSH"));
  CHECK(client.what->host_key == "ssh-ed25519");
  CHECK(client.what->address == "127.0.0.1");
  CHECK(client.key->status == HostKeyReport::Status::Known);
  CHECK(client.key->fingerprint == client.what->fingerprint);
  CHECK(client.requests.size() == 1);
  CHECK_FALSE(client.requests[0].reason);
}

TEST_CASE("an encrypted key asks for its passphrase, which may be wrong at first") {
  Sshd& sshd = world().sshd;
  Client client(sshd);
  const std::string key = sshd.make_key("ed25519", "open sesame");
  unsigned asked = 0;
  client.on_authenticate = [&] {
    const char* passphrase[] = {"", "wrong", "open sesame"};
    client.session->authenticate(PublicKey{Secret(read_file(key)), Secret(passphrase[asked++])});
  };
  REQUIRE_MESSAGE(client.opens(), client.failure->text);
  REQUIRE(client.requests.size() == 3);
  CHECK(client.requests[1].passphrase);
  CHECK(client.requests[1].left == 3);
  CHECK(client.requests[2].passphrase);
  CHECK(client.requests[2].left == 2);
}

TEST_CASE("ECDSA keys log in, as OpenSSH and as PEM, plain and encrypted") {
  Sshd& sshd = world().sshd;
  for (const std::vector<std::string>& format : {std::vector<std::string>{}, {"-m", "PEM"}}) {
    for (const std::string passphrase : {"", "open sesame"}) {
      CAPTURE(format.size());
      CAPTURE(passphrase);
      Client client(sshd);
      client.use_key(sshd.make_key("ecdsa", passphrase, format), passphrase);
      CHECK_MESSAGE(client.opens(), client.failure->text);
    }
  }
}

TEST_CASE("an RSA key fails with the reason and what to do instead") {
  Sshd& sshd = world().sshd;
  Client client(sshd);
  client.settings.max_attempts = 1;
  client.use_key(sshd.make_key("rsa", "", {"-b", "2048"}));
  CHECK(client.fails());
  CHECK(client.code() == "E_ALG_RSA");
  CHECK(client.failure->text.find("ed25519") != std::string::npos);
}

TEST_CASE("a password logs in, after a wrong one as well") {
  Sshd& sshd = world().sshd;
  if (!sshd.has_passwords()) return;
  Client client(sshd);
  client.on_authenticate = [&] {
    client.session->authenticate(Password{Secret(client.requests.size() == 1 ? "wrong" : password)});
  };
  REQUIRE_MESSAGE(client.opens(), client.failure->text);
  REQUIRE(client.requests.size() == 2);
  REQUIRE(client.requests[1].reason);
  CHECK(client.requests[1].reason->code == Code::Auth);
  CHECK(client.requests[1].left == 2);
  CHECK_FALSE(client.requests[1].partial);
}

TEST_CASE("wrong passwords end it after as many attempts as are allowed") {
  Sshd& sshd = world().sshd;
  if (!sshd.has_passwords()) return;
  Client client(sshd);
  client.settings.max_attempts = 2;
  client.use_password("wrong");
  CHECK(client.fails());
  CHECK(client.code() == "E_AUTH");
  CHECK(client.requests.size() == 2);
  CHECK(client.failure->text.find("wrong") == std::string::npos);
}

TEST_CASE("keyboard-interactive asks in rounds, and a person may take time") {
  Sshd& sshd = world().sshd;
  if (!sshd.has_passwords()) return;
  Client client(sshd);
  client.settings.user = "coded";
  client.on_authenticate = [&] { client.session->authenticate(KeyboardInteractive{}); };
  std::unique_ptr<Loop::Handle> thinking;
  client.on_prompts = [&] {
    thinking = client.loop().timer(std::chrono::milliseconds(50), [&] { answer(client, "11111111"); });
  };
  REQUIRE_MESSAGE(client.opens(), client.failure->text);
  REQUIRE(client.rounds.size() == 2);
  REQUIRE(client.rounds[0].prompts.size() == 1);
  CHECK(client.rounds[0].prompts[0].text == "Password: ");
  CHECK_FALSE(client.rounds[0].prompts[0].echo);
  CHECK(client.rounds[1].prompts[0].text == "Verification code: ");
}

TEST_CASE("a session that ends while a question is open takes its thread with it") {
  Sshd& sshd = world().sshd;
  if (!sshd.has_passwords()) return;
  Client client(sshd);
  client.on_authenticate = [&] { client.session->authenticate(KeyboardInteractive{}); };
  client.begin();
  REQUIRE(client.run_until([&] { return client.rounds.size() == 1; }));
  client.session.reset();
  CHECK_FALSE(client.failure);
}

TEST_CASE("a question that nobody answers ends with the deadline") {
  Sshd& sshd = world().sshd;
  if (!sshd.has_passwords()) return;
  Client client(sshd);
  client.settings.timeouts.auth = std::chrono::milliseconds(700);
  client.on_authenticate = [&] { client.session->authenticate(KeyboardInteractive{}); };
  CHECK(client.fails());
  CHECK(client.code() == "E_TIMEOUT");
}

TEST_CASE("a server that wants a key and then answers gets both") {
  Sshd& sshd = world().sshd;
  if (!sshd.has_passwords()) return;
  Client client(sshd);
  client.settings.user = "twice";
  const std::string key = sshd.make_key("ed25519");
  client.on_authenticate = [&] {
    if (client.requests.back().methods == std::vector<std::string>{"publickey"}) {
      client.session->authenticate(PublicKey{Secret(read_file(key)), Secret()});
    } else {
      client.session->authenticate(KeyboardInteractive{});
    }
  };
  client.on_prompts = [&] { answer(client, "22222222"); };
  REQUIRE_MESSAGE(client.opens(), client.failure->text);
  REQUIRE(client.requests.size() == 2);
  CHECK(client.requests[1].partial);
  CHECK(client.requests[1].left == 3);
  CHECK(client.requests[1].methods == std::vector<std::string>{"keyboard-interactive"});
}

TEST_CASE("an agent logs in with its key, past those that cannot be used") {
  Sshd& sshd = world().sshd;
  const TemporaryDirectory directory;
  const std::string socket = directory.path("agent");
  const Process agent({"ssh-agent", "-D", "-a", socket});
  Client client(sshd);
  // The name of the socket is there before anybody listens, which ssh-add tells by ending with 2.
  const std::string ask = "SSH_AUTH_SOCK=" + socket + " ssh-add -l > /dev/null 2>&1; test $? -ne 2";
  REQUIRE(client.loop().run_until([&] { return run({"sh", "-c", ask}); }));
  const std::string rsa = sshd.make_key("rsa", "", {"-b", "2048"});
  const std::string good = sshd.make_key("ed25519");
  REQUIRE(run({"env", "SSH_AUTH_SOCK=" + socket, "ssh-add", "-q", rsa, good}));
  client.settings.methods = {"agent"};
  client.settings.agent_socket = socket;
  client.on_authenticate = [&] { client.session->authenticate(Agent{}); };
  CHECK_MESSAGE(client.opens(), client.failure->text);
}

TEST_CASE("an agent that is not there is said to be missing") {
  Client client(world().sshd);
  client.settings.methods = {"agent"};
  client.settings.agent_socket = "/nonexistent/agent";
  client.settings.max_attempts = 1;
  client.on_authenticate = [&] { client.session->authenticate(Agent{}); };
  CHECK(client.fails());
  CHECK(client.code() == "E_AUTH");
  CHECK(client.failure->text.find("/nonexistent/agent") != std::string::npos);
}

TEST_CASE("a host whose key has changed hears nothing from us") {
  Client client(world().sshd);
  const std::string other = world().sshd.make_key("ed25519");
  const std::string right = world().sshd.known_line();
  const std::string host = right.substr(0, right.find(' '));
  const std::string wrong = read_file(other + ".pub");
  write_file(client.known_hosts, host + " " + wrong);
  CHECK(client.fails());
  CHECK(client.code() == "E_HOSTKEY");
  CHECK(client.key->status == HostKeyReport::Status::Changed);
  REQUIRE(client.key->known.size() == 1);
  CHECK(client.failure->text.find(client.key->fingerprint) != std::string::npos);
  CHECK(client.failure->text.find(client.key->known[0]) != std::string::npos);
  CHECK(client.requests.empty());
}

TEST_CASE("a revoked key is refused, whatever the policy and whoever else knows it") {
  Client client(world().sshd);
  const std::string line = world().sshd.known_line();
  for (const auto policy :
       {HostKeyRules::Policy::Strict, HostKeyRules::Policy::Ask, HostKeyRules::Policy::Tofu}) {
    client.settings.host_keys.policy = policy;
    client.failure.reset();
    write_file(client.known_hosts, line + "\n@revoked *" + line.substr(line.find(' ')) + "\n");
    CHECK(client.fails());
    CHECK(client.code() == "E_HOSTKEY");
    CHECK(client.key->status == HostKeyReport::Status::Revoked);
  }
}

TEST_CASE("trust on first use writes the key down, and knows it from then on") {
  Sshd& sshd = world().sshd;
  Client client(sshd);
  std::filesystem::remove(client.known_hosts);
  client.settings.host_keys.policy = HostKeyRules::Policy::Tofu;
  client.use_key(sshd.make_key("ed25519"));
  REQUIRE_MESSAGE(client.opens(), client.failure->text);
  CHECK(client.key->status == HostKeyReport::Status::New);
  REQUIRE(client.run_until([&] { return read_file(client.known_hosts) == sshd.known_line() + "\n"; }));
  CHECK(std::filesystem::status(client.known_hosts).permissions() ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  client.settings.host_keys.policy = HostKeyRules::Policy::Strict;
  client.what.reset();
  CHECK_MESSAGE(client.opens(), client.failure->text);
  CHECK(client.key->status == HostKeyReport::Status::Known);
}

TEST_CASE("a host that nobody knows is asked about, and refused by default") {
  Sshd& sshd = world().sshd;
  Client client(sshd);
  write_file(client.known_hosts, "");
  CHECK(client.fails());
  CHECK(client.code() == "E_HOSTKEY");

  client.failure.reset();
  client.settings.host_keys.policy = HostKeyRules::Policy::Ask;
  client.on_host_key = [&] { client.session->answer_host_key(false, false); };
  CHECK(client.fails());
  CHECK(client.code() == "E_HOSTKEY");

  client.failure.reset();
  client.on_host_key = [&] { client.session->answer_host_key(true, false); };
  client.use_key(sshd.make_key("ed25519"));
  CHECK_MESSAGE(client.opens(), client.failure->text);
  CHECK(read_file(client.known_hosts).empty());
}

TEST_CASE("a pinned key is accepted, and no other") {
  Sshd& sshd = world().sshd;
  Client client(sshd);
  write_file(client.known_hosts, "");
  client.settings.host_keys.policy = HostKeyRules::Policy::Pinned;
  client.settings.host_keys.pins = {"SHA256:AAAA"};
  CHECK(client.fails());
  CHECK(client.code() == "E_HOSTKEY");
  client.settings.host_keys.pins.push_back(client.key->fingerprint);
  client.failure.reset();
  client.use_key(sshd.make_key("ed25519"));
  CHECK_MESSAGE(client.opens(), client.failure->text);
}

TEST_CASE("a host with nothing but an RSA key fails with the reason") {
  const Sshd rsa("rsa");
  Client client(rsa);
  CHECK(client.fails());
  CHECK(client.code() == "E_ALG_RSA");
  CHECK(client.failure->text.find("only an RSA host key") != std::string::npos);
}

TEST_CASE("a port where nobody listens, and an address that is not allowed") {
  Client client(world().sshd);
  client.settings.port = 1;
  CHECK(client.fails());
  CHECK(client.code() == "E_REFUSED");
  client.failure.reset();
  client.settings.host = "127.0.0.2";
  CHECK(client.fails());
  CHECK(client.code() == "E_POLICY");
}

TEST_CASE("a name is checked by the address that it leads to") {
  Client client(world().sshd);
  client.settings.host = "localhost";
  client.settings.targets = *TargetPolicy::make({"localhost:*"}, {"127.0.0.0/8", "::1"});
  CHECK(client.fails());
  CHECK(client.code() == "E_POLICY");
}

}  // namespace wharf_paramiko::ssh
