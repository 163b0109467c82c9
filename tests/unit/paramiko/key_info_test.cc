#include "ssh/key_info.h"

#include <doctest/doctest.h>

#include "ssh/server_offer.h"
#include "sshd.h"

namespace wharf_paramiko::ssh {

namespace {

Result<KeyInfo> info_of(const std::vector<std::string>& options) {
  const TemporaryDirectory directory;
  std::vector<std::string> command{"ssh-keygen", "-q", "-f", directory.path("key")};
  command.insert(command.end(), options.begin(), options.end());
  REQUIRE(run(command));
  return KeyInfo::of(Secret(read_file(directory.path("key"))));
}

std::string packet(const std::vector<std::string>& lists) {
  std::string payload = std::string("\x14") + std::string(16, 'c');
  for (const std::string& list : lists)
    payload += std::string(3, '\0') + static_cast<char>(list.size()) + list;
  const std::string body = std::string(1, '\x04') + payload + std::string(4, '\0');
  return std::string(3, '\0') + static_cast<char>(body.size()) + body;
}

}  // namespace

TEST_CASE("a key tells its type, and whether it is encrypted") {
  struct Case {
    std::vector<std::string> options;
    std::string type;
    bool encrypted;
  };
  for (const Case& expected : {
           Case{{"-t", "ed25519", "-N", ""}, "ssh-ed25519", false},
           Case{{"-t", "ed25519", "-N", "secret", "-a", "20"}, "ssh-ed25519", true},
           Case{{"-t", "ecdsa", "-N", ""}, "ecdsa-sha2-nistp256", false},
           Case{{"-t", "ecdsa", "-N", "", "-m", "PEM"}, "ecdsa", false},
           Case{{"-t", "ecdsa", "-N", "secret", "-m", "PEM"}, "ecdsa", true},
           Case{{"-t", "rsa", "-b", "1024", "-N", ""}, "ssh-rsa", false},
           Case{{"-t", "rsa", "-b", "1024", "-N", "", "-m", "PEM"}, "ssh-rsa", false},
           Case{{"-t", "rsa", "-b", "1024", "-N", "", "-m", "PKCS8"}, "ssh-rsa", false},
       }) {
    CAPTURE(expected.options);
    const Result<KeyInfo> info = info_of(expected.options);
    REQUIRE(info);
    CHECK(info->type == expected.type);
    CHECK(info->encrypted == expected.encrypted);
  }
}

TEST_CASE("what cannot be used is refused with a remedy, before it costs anything") {
  CHECK_FALSE(info_of({"-t", "rsa", "-b", "1024", "-N", "secret", "-m", "PKCS8"}));
  const Result<KeyInfo> slow = info_of({"-t", "ed25519", "-N", "secret", "-a", "257"});
  REQUIRE_FALSE(slow);
  CHECK(slow.error().text.find("-a 64") != std::string::npos);
  for (const char* text : {"", "ssh-ed25519 AAAA comment", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
                           "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
                           "-----BEGIN OPENSSH PRIVATE KEY-----\n%%%\n-----END OPENSSH PRIVATE KEY-----\n",
                           "PuTTY-User-Key-File-3: ssh-ed25519\n", "-----BEGIN DSA PRIVATE KEY-----\n"}) {
    CAPTURE(text);
    const Result<KeyInfo> info = KeyInfo::of(Secret(text));
    REQUIRE_FALSE(info);
    CHECK(info.error().code == Code::Auth);
  }
  CHECK_FALSE(KeyInfo::of(Secret(std::string(KeyInfo::largest + 1, 'x'))));
}

TEST_CASE("the offer of a server is read, in pieces of any size") {
  const std::string bytes = "a line before\r\nSSH-2.0-x\r\n" +
                            packet({"kex", "ssh-rsa,rsa-sha2-256", "to", "from", "mac-to", "mac-from"}) +
                            "more";
  for (size_t piece = 1; piece <= bytes.size(); ++piece) {
    ServerOffer offer;
    for (size_t at = 0; at < bytes.size(); at += piece) offer.feed(std::string_view(bytes).substr(at, piece));
    REQUIRE(offer.known());
    CHECK(offer.kex() == "kex");
    CHECK(offer.host_keys() == "ssh-rsa,rsa-sha2-256");
    CHECK(offer.ciphers() == "from");
    CHECK(offer.macs() == "mac-from");
  }
}

TEST_CASE("what is no offer is none") {
  for (const std::string& bytes :
       {std::string("SSH-2.0-x\r\n\xff\xff\xff\xff"), std::string(100'000, 'x'),
        std::string("SSH-2.0-x\r\n\0\0\0\2\0\x14", 17), "SSH-2.0-x\r\n" + packet({"only", "two"})}) {
    ServerOffer offer;
    offer.feed(bytes);
    offer.feed(packet({"1", "2", "3", "4", "5", "6"}));
    CHECK_FALSE(offer.known());
  }
}

TEST_CASE("of what comes before the version there is an end") {
  const std::string line = std::string(98, '.') + "\r\n";
  ServerOffer patient;
  for (int lines = 0; lines < 1000; ++lines) patient.feed(line);
  CHECK_FALSE(patient.endless());
  patient.feed("SSH-2.0-x\r\n" + packet({"1", "2", "3", "4", "5", "6"}));
  CHECK(patient.known());

  ServerOffer lines;
  ServerOffer one_line;
  for (int more = 0; more < 2000; ++more) {
    lines.feed(line);
    one_line.feed("and on ...............................................................................");
  }
  CHECK(lines.endless());
  CHECK(one_line.endless());
}

}  // namespace wharf_paramiko::ssh
