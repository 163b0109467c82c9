#include "terminal/config.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace wharf_paramiko::terminal;
using Lines = std::vector<std::string>;

namespace {

constexpr const char* variable = "WHARF_TEST_PARAMIKO_SECRET";

class Variable {
 public:
  explicit Variable(const char* value) { setenv(variable, value, 1); }
  ~Variable() { unsetenv(variable); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
};

class Directory {
 public:
  Directory() {
    std::string name = std::filesystem::temp_directory_path() / "wharf-config-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Directory() { std::filesystem::remove_all(path_); }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  std::string file(const std::string& name, std::string_view text, mode_t mode = 0600) const {
    std::string path = path_ / name;
    std::ofstream(path, std::ios::binary) << text;
    chmod(path.c_str(), mode);
    return path;
  }
  std::string path(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

Lines lines_of(const std::vector<ConfigProblem>& problems) {
  Lines lines;
  for (const ConfigProblem& problem : problems) lines.push_back(problem.pointer + ": " + problem.why);
  return lines;
}

Lines problems(std::string_view json) {
  tl::expected<CheckedConfig, std::vector<ConfigProblem>> checked = parse_config(json);
  return checked ? Lines{} : lines_of(checked.error());
}

// The one problem there has to be.
std::string problem(std::string_view json) {
  Lines all = problems(json);
  if (all.size() != 1) FAIL(all.size() << " problems with " << json);
  return all.front();
}

CheckedConfig check(std::string_view json) {
  tl::expected<CheckedConfig, std::vector<ConfigProblem>> checked = parse_config(json);
  if (!checked) FAIL(lines_of(checked.error()).front());
  return std::move(*checked);
}

RouteConfig parse(std::string_view json) { return check(json).config; }

const std::string pin = "SHA256:" + std::string(43, 'A');

}  // namespace

TEST_CASE("without a key everything has its default") {
  CheckedConfig checked = check("{}");
  CHECK(checked.warnings.empty());
  const RouteConfig& config = checked.config;
  CHECK(config.target.host == "127.0.0.1");
  CHECK(config.target.port == 22);
  REQUIRE(config.allow.size() == 1);
  CHECK(config.allow[0].text == "127.0.0.1:22");
  CHECK(!config.deny);
  CHECK(config.plain);
  CHECK(config.ssh_v1);
  CHECK(config.auth.methods.size() == 3);
  CHECK(config.auth.prompt);
  CHECK(!config.auth.password);
  CHECK(config.known_hosts.policy == RouteConfig::HostKeys::Strict);
  CHECK(config.resume.buffer == config.flow.client_window);
  CHECK(config.origins == Lines{"same"});
}

TEST_CASE("the whole config") {
  RouteConfig config = parse(R"({
    "target": {"host": "::1", "port": 2222, "user": "zoe"},
    "allow": ["127.0.0.1:22", "*.lab.example:22", "10.0.0.0/8:22"],
    "deny": [],
    "allow_client_target": true,
    "modes": ["ssh.v1"],
    "auth": {"methods": ["password", "publickey"], "prompt": false, "max_attempts": 5},
    "known_hosts": {"policy": "tofu", "files": ["/etc/ssh/ssh_known_hosts", "/var/lib/app/known_hosts"]},
    "jump": {"host": ""},
    "algorithms": {"kex": "curve25519-sha256", "cipher": "aes256-ctr,aes128-gcm@openssh.com"},
    "pty": {"term": "xterm", "cols": 100, "rows": 30, "env": {"LC_ALL": "de_DE.UTF-8"}, "command": "tmux attach"},
    "encoding": "utf-8",
    "timeouts": {"resolve": "5s", "connect": "10 s", "idle": "30m", "session": 0, "tcp_user": "0"},
    "keepalive": {"ssh": "15s"},
    "flow": {"ssh_window": "256KiB", "client_window": "1 MiB", "stdin_queue": 65536, "plain_rate": "2 MiB/s",
             "coalesce": "2ms"},
    "resume": {"enabled": true, "grace": "60s", "max_detached": 10},
    "share": {"enabled": true, "max_viewers": 3, "allow_rw": true},
    "recording": {"dir": "/var/lib/app/casts", "format": "asciicast2", "required": true, "max_size": "10MiB"},
    "sftp": {"enabled": true, "root": "/srv", "upload": false, "max_file": "1GiB", "max_parallel": 4},
    "limits": {"sessions": 50, "per_ip": 5, "per_user": 0, "auth_per_minute": 3},
    "origins": ["same", "https://host.example:8443"],
    "audit": {"log": "/var/log/app.log", "events": ["connect", "exit"]},
    "clipboard": {"osc52_write": "never", "osc52_read": "never"}})");
  CHECK(config.target.host == "::1");
  CHECK(config.allow.size() == 3);
  REQUIRE(config.deny);
  CHECK(config.deny->empty());
  CHECK(config.allow_client_target);
  CHECK(!config.plain);
  CHECK(config.auth.methods == std::vector{RouteConfig::Method::Password, RouteConfig::Method::PublicKey});
  CHECK(config.auth.max_attempts == 5);
  CHECK(config.known_hosts.policy == RouteConfig::HostKeys::Tofu);
  CHECK(config.known_hosts.files.back() == "/var/lib/app/known_hosts");
  CHECK(config.algorithms.cipher == "aes256-ctr,aes128-gcm@openssh.com");
  CHECK(config.pty.command == "tmux attach");
  CHECK(config.pty.env == std::map<std::string, std::string>{{"LC_ALL", "de_DE.UTF-8"}});
  CHECK(config.timeouts.idle == milliseconds(1'800'000));
  CHECK(config.timeouts.tcp_user == milliseconds(0));
  CHECK(config.flow.client_window == 1 << 20);
  CHECK(config.flow.stdin_queue == 65536);
  CHECK(config.flow.plain_rate == 2 << 20);
  CHECK(config.resume.buffer == 1 << 20);  // as large as the window, unless it says otherwise
  CHECK(config.share.allow_rw);
  CHECK(config.recording.max_size == 10 << 20);
  CHECK(!config.sftp.upload);
  CHECK(config.limits.per_user == 0);
  CHECK(config.audit.events == Lines{"connect", "exit"});
  CHECK(config.osc52_write == RouteConfig::Clipboard::Never);
}

TEST_CASE("a target that is IPv6 is its own rule") {
  RouteConfig config = parse(R"({"target": {"host": "::1", "port": 2222}})");
  REQUIRE(config.allow.size() == 1);
  CHECK(config.allow[0].kind == TargetRule::Kind::Network);
  CHECK(config.allow[0].port == 2222);
}

TEST_CASE("an unknown key is answered with the nearest one, or with its place") {
  CHECK(problem(R"({"tarket": {}})") == "/tarket: there is no key `tarket`: did you mean `target`?");
  CHECK(problem(R"({"timeouts": {"conect": "5s"}})") ==
        "/timeouts/conect: there is no key `conect`: did you mean `connect`?");
  CHECK(problem(R"({"share": {"zzzzzzzz": 1}})") ==
        "/share/zzzzzzzz: there is no key `zzzzzzzz`: write one of `enabled`, `max_viewers`, `allow_rw`");
  CHECK(problem(R"({"a/b~c": 1})").starts_with("/a~1b~0c: there is no key `a/b~c`"));
  CHECK(problem(R"({"keepalive": {"websocket": "20s"}})") ==
        "/keepalive/websocket: there is no key `websocket`: the route's `limits: {ping: 20 s}` says it, "
        "outside of "
        "`config:`");
}

TEST_CASE("a wrong type says what it is and what to write") {
  CHECK(problem("[]") == ": is a list, write a map");
  CHECK(problem("{") == ": is no JSON");
  CHECK(problem(R"({"target": "host"})") == "/target: is a text, write a map");
  CHECK(problem(R"({"target": {"user": 1234}})") == "/target/user: is a number, write a text in quotes");
  CHECK(problem(R"({"target": {"user": ["x"]}})") == "/target/user: is a list, write a text");
  CHECK(problem(R"({"target": {"port": "22"}})") == "/target/port: is a text, write a whole number");
  CHECK(problem(R"({"target": {"port": 22.5}})") == "/target/port: is a number, write a whole number");
  CHECK(problem(R"({"target": {"port": 0}})") == "/target/port: is not between 1 and 65535");
  CHECK(problem(R"({"target": {"port": -1}})") == "/target/port: is not between 1 and 65535");
  CHECK(problem(R"({"share": {"enabled": "yes"}})") == "/share/enabled: is a text, write true or false");
  CHECK(problem(R"({"origins": "same"})") == "/origins: is a text, write a list");
  CHECK(problem(R"({"origins": ["same", 5]})") == "/origins/1: is no text of at least one character");
  CHECK(problem(R"({"target": {"user": "a\nb"}})") == "/target/user: has a control character");
  CHECK(parse(R"({"target": null, "share": {"enabled": null}})").target.port == 22);
}

TEST_CASE("all problems are found at once") {
  CHECK(problems(R"({"target": {"port": 0}, "modes": ["plian"], "flow": {"coalesce": "x"}})") ==
        Lines{"/target/port: is not between 1 and 65535", "/modes/0: is `plian`: did you mean `plain`?",
              "/flow/coalesce: is no duration: write a whole number and a unit, such as 200 ms or 20 s"});
}

TEST_CASE("sizes, durations and rates keep to their bounds") {
  CHECK(problem(R"({"flow": {"ssh_window": "1KiB"}})") ==
        "/flow/ssh_window: is not between 32 KiB and 16 MiB");
  CHECK(problem(R"({"flow": {"ssh_window": "1 MB"}})").starts_with("/flow/ssh_window: is no size: "));
  CHECK(problem(R"({"flow": {"ssh_window": true}})") ==
        "/flow/ssh_window: is true or false, write a size such as 256 KiB");
  CHECK(problem(R"({"flow": {"plain_rate": "4 MiB"}})") ==
        "/flow/plain_rate: is no rate: write one such as 4 MiB/s, or 0 for none");
  CHECK(problem(R"({"flow": {"plain_rate": "4 MB/s"}})").starts_with("/flow/plain_rate: is no rate: "));
  CHECK(problem(R"({"flow": {"plain_rate": "1 B/s"}})") == "/flow/plain_rate: is less than 1 KiB/s");
  CHECK(parse(R"({"flow": {"plain_rate": 0}})").flow.plain_rate == 0);
  CHECK(parse(R"({"flow": {"plain_rate": "4MiB/s"}})").flow.plain_rate == 4 << 20);
  CHECK(problem(R"({"timeouts": {"connect": 10}})").starts_with("/timeouts/connect: is no duration: "));
  CHECK(problem(R"({"timeouts": {"connect": 0}})") ==
        "/timeouts/connect: is 0, which leaves no time for anything");
  CHECK(problem(R"({"timeouts": {"connect": "1h"}})") == "/timeouts/connect: is more than 5 min");
  CHECK(problem(R"({"keepalive": {"ssh": "1500ms"}})") == "/keepalive/ssh: is no whole number of seconds");
  CHECK(problem(R"({"resume": {"buffer": "256 KiB"}})") ==
        "/resume/buffer: is smaller than flow.client_window, 512 KiB: what is on the way when a socket "
        "breaks would be "
        "lost");
  CHECK(parse(R"({"resume": {"enabled": false, "buffer": "256 KiB"}})").resume.buffer == 256 << 10);
}

TEST_CASE("targets and rules") {
  CHECK(problem(R"({"allow": ["10.0.0.1/8:22"]})") ==
        "/allow/0: `10.0.0.1/8` has bits behind its length: write 10.0.0.0/8");
  CHECK(problem(R"({"allow": ["a", "b:x"]})") == "/allow/1: the port `x` is no number from 1 to 65535");
  CHECK(problem(R"({"deny": ["10.0.0.0/40"]})") ==
        "/deny/0: the length of the network `40` is no number from 0 to 32");
  CHECK(parse(R"({"deny": ["169.254.0.0/16", "::1"]})").deny->size() == 2);
  CHECK(problem(R"({"deny": ["host.example"]})") ==
        "/deny: has `host.example`: write addresses and networks without a port, such as 10.0.0.0/8, as a "
        "host may have "
        "other names");
  CHECK(problem(R"({"deny": ["10.0.0.0/8:22"]})").starts_with("/deny: has `10.0.0.0/8:22`: "));
  CHECK(problem(R"({"allow": []})") == "/allow: allows no target: leave it out to allow `target` alone");
  CHECK(problem(R"({"allow_client_target": true})") ==
        "/allow_client_target: is true without `allow`: list the targets that a visitor may choose");
  CHECK(problem(R"({"target": {"host": ""}})") ==
        "/target/host: is empty, and allow_client_target is false: nobody can say where to go");
  CHECK(problem(R"({"target": {"host": "*.lab"}})") ==
        "/target/host: is a pattern or has a port, write the name of one host");
  CHECK(problem(R"({"target": {"host": "a b"}})") ==
        "/target/host: `a b` is no name of a host, no address and no network");
  CHECK(problem(R"({"target": {"host": "a b"}, "allow": ["*:22"]})")
            .starts_with("/target/host: `a b` is no name"));
  CHECK(problem(R"({"target": {"host": "host:22"}})").starts_with("/target/host: "));
  CHECK(problem(R"({"target": {"host": "[::1]"}})").starts_with("/target/host: "));
  CHECK(problem(R"({"jump": {"host": "*", "user": "u", "password": {"env": "HOME"}}})")
            .starts_with("/jump/host: "));
  CHECK(problem(R"({"target": {"host": "10.0.0.0/8"}})") ==
        "/target/host: is a pattern or has a port, write the name of one host");
}

TEST_CASE("host keys are checked unless somebody insists") {
  CHECK(problem(R"({"known_hosts": {"policy": "off"}})") ==
        "/known_hosts/policy: is off, so anybody could play the host: write `insecure: true` beside it if "
        "that is meant");
  CHECK(lines_of(check(R"({"known_hosts": {"policy": "off", "insecure": true}})").warnings) ==
        Lines{"/known_hosts/policy: is off: host keys are not checked"});
  CHECK(problem(R"({"known_hosts": {"policy": "strict", "insecure": true}})") ==
        "/known_hosts/insecure: says something only beside `policy: off`");
  CHECK(problem(R"({"known_hosts": {"policy": "strickt"}})") ==
        "/known_hosts/policy: is `strickt`: did you mean `strict`?");
  CHECK(problem(R"({"known_hosts": {"policy": "pinned"}})") ==
        "/known_hosts/pin: is empty, so `policy: pinned` would refuse every host");
  CHECK(problem(R"({"known_hosts": {"policy": "pinned", "pin": ["MD5:aa"]}})") ==
        "/known_hosts/pin/0: is no fingerprint: write SHA256: and 43 characters, as ssh-keygen -l shows");
  CHECK(parse(fmt::format(R"({{"known_hosts": {{"policy": "pinned", "pin": ["{}"]}}}})", pin))
            .known_hosts.pin == Lines{pin});
  CHECK(problem(fmt::format(R"({{"known_hosts": {{"pin": ["{}"]}}}})", pin)) ==
        "/known_hosts/pin: is for `policy: pinned` alone");
  CHECK(problem(R"({"known_hosts": {"files": ["known_hosts"]}})") ==
        "/known_hosts/files/0: is a relative path, write an absolute one");
  CHECK(problem(R"({"known_hosts": {"files": []}})") ==
        "/known_hosts/files: is empty: name at least one file of known hosts");
}

TEST_CASE("methods of authentication") {
  CHECK(problem(R"({"auth": {"methods": ["keyboard"]}})") ==
        "/auth/methods/0: is `keyboard`: write one of `publickey`, `keyboard-interactive`, `password`, "
        "`agent`");
  CHECK(problems(R"({"auth": {"methods": ["password", "password"]}})").size() == 2);
  CHECK(problem(R"({"auth": {"methods": []}})") == "/auth/methods: is empty, so nobody could log in");
  CHECK(problem(R"({"auth": {"methods": ["agent"]}})") ==
        "/auth/agent_socket: is missing: the method `agent` needs the socket of the agent");
  CHECK(problem(R"({"auth": {"agent_socket": "agent"}})") ==
        "/auth/agent_socket: is a relative path, write an absolute one");
}

TEST_CASE("secrets come from variables and files") {
  Directory directory;
  std::string file = directory.file("password", "geheim\r\n");
  std::string key = directory.file("key", "-----BEGIN\nx\n-----END\n");
  Variable set("from the environment");
  const auto password = [](std::string_view auth) {
    CheckedConfig checked = check(fmt::format(R"({{"auth": {{{}}}}})", auth));
    CHECK(checked.warnings.empty());
    return std::string(checked.config.auth.password->view());
  };
  CHECK(password(fmt::format(R"("password_env": "{}")", variable)) == "from the environment");
  CHECK(password(fmt::format(R"("password": {{"env": "{}"}})", variable)) == "from the environment");
  CHECK(password(fmt::format(R"("password_file": "{}")", file)) == "geheim");
  CHECK(password(fmt::format(R"("password": {{"file": "{}"}})", file)) == "geheim");
  RouteConfig config = parse(fmt::format(R"({{"auth": {{"key_file": "{}"}}}})", key));
  CHECK(config.auth.key->view() == "-----BEGIN\nx\n-----END\n");
  CHECK(config.auth.certificate.empty());
  CHECK(
      parse(fmt::format(R"({{"auth": {{"key_file": "{0}", "cert_file": "{0}"}}}})", key)).auth.certificate ==
      "-----BEGIN\nx\n-----END\n");
  CHECK(parse(fmt::format(R"({{"jump": {{"host": "j", "user": "u", "key_file": "{}"}}}})", key))
            .jump.key.has_value());
}

TEST_CASE("a secret in clear works, and is warned of; a file that everybody reads is") {
  CheckedConfig clear = check(R"({"auth": {"password": "hunter2"}})");
  CHECK(clear.config.auth.password->view() == "hunter2");
  CHECK(lines_of(clear.warnings) ==
        Lines{"/auth/password: stands here in clear: write {env: NAME} or {file: PATH}"});
  Directory directory;
  std::string file = directory.file("password", "geheim", 0644);
  CHECK(lines_of(check(fmt::format(R"({{"auth": {{"password_file": "{}"}}}})", file)).warnings) ==
        Lines{fmt::format("/auth/password_file: everybody may read {}: chmod o= it", file)});
}

TEST_CASE("a secret that is not there says why, and never what it is") {
  Directory directory;
  const auto with_password = [](std::string_view auth) {
    return problem(fmt::format(R"({{"auth": {{{}}}}})", auth));
  };
  CHECK(
      with_password(fmt::format(R"("password_env": "{}")", variable)) ==
      fmt::format(
          "/auth/password_env: the environment variable `{}` is not set: set it where the server is started",
          variable));
  CHECK(with_password(fmt::format(R"("password": {{"env": "{}"}})", variable))
            .starts_with("/auth/password/env: "));
  CHECK(with_password(R"("password_file": "password")") ==
        "/auth/password_file: is a relative path, write an absolute one");
  std::string none = directory.path("none");
  CHECK(with_password(fmt::format(R"("password_file": "{}")", none)) ==
        fmt::format("/auth/password_file: cannot read {}: No such file or directory", none));
  std::string empty = directory.file("empty", "");
  CHECK(with_password(fmt::format(R"("password_file": "{}")", empty)) ==
        fmt::format("/auth/password_file: cannot read {}: it is empty", empty));
  std::string blank = directory.file("blank", "\n");
  CHECK(with_password(fmt::format(R"("password_file": "{}")", blank)) ==
        fmt::format("/auth/password_file: {} holds no secret", blank));
  std::string large = directory.file("large", std::string((64 << 10) + 1, 'x'));
  CHECK(with_password(fmt::format(R"("password_file": "{}")", large)) ==
        fmt::format("/auth/password_file: cannot read {}: it is larger than 64 KiB", large));
  CHECK(with_password(R"("password_file": "/tmp")") ==
        "/auth/password_file: cannot read /tmp: it is no file");
  std::string pipe = directory.path("pipe");
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(with_password(fmt::format(R"("password_file": "{}")", pipe)) ==
        fmt::format("/auth/password_file: cannot read {}: it is no file", pipe));
  CHECK(with_password(R"("password": {})") ==
        "/auth/password: is a map without a source: write {env: NAME} or {file: PATH}");
  CHECK(with_password(R"("password": "")") == "/auth/password: is empty: write {env: NAME} or {file: PATH}");
  CHECK(with_password(R"("password": 1234)") ==
        "/auth/password: is a number: write {env: NAME} or {file: PATH}");
  CHECK(with_password(R"("password": "a", "password_env": "B")") ==
        "/auth/password: `password`, `password_env` and `password_file` say the same: keep one");
  CHECK(with_password(R"("passphrase": {"env": "HOME"})") ==
        "/auth/key: is missing: a passphrase or a certificate alone does nothing");
}

TEST_CASE("what else does not go together") {
  CHECK(problem(R"({"modes": []})") == "/modes: is empty, so nobody could connect: leave it out for both");
  CHECK(problem(R"({"encoding": "gbk"})") == "/encoding: is `gbk`: write one of `utf-8`");
  CHECK(problem(R"({"recording": {"required": true}})") ==
        "/recording/dir: is missing: `required` needs a place to record");
  CHECK(lines_of(check(R"({"recording": {"dir": "/casts", "input": true}})").warnings) ==
        Lines{"/recording/input: is true: the recordings will hold every password that is typed"});
  CHECK(problem(R"({"recording": {"format": "gif"}})") ==
        "/recording/format: is `gif`: write one of `asciicast2`");
  CHECK(problem(R"({"clipboard": {"osc52_read": "ask"}})") ==
        "/clipboard/osc52_read: is `ask`: write one of `never`");
  CHECK(problem(R"({"audit": {"events": ["conect"]}})") ==
        "/audit/events/0: is `conect`: did you mean `connect`?");
  CHECK(problem(R"({"origins": ["host.example"]})") ==
        "/origins/0: is no origin: write same, any, or one such as https://host.example");
  CHECK(problem(R"({"origins": ["https://host.example/path"]})").starts_with("/origins/0: "));
  CHECK(problem(R"({"origins": []})") ==
        "/origins: is empty, so no page could connect: leave it out for `same`");
  CHECK(lines_of(check(R"({"origins": ["any"]})").warnings) ==
        Lines{"/origins/0: lets every page of the web open a terminal for its visitors"});
  CHECK(problem(R"({"algorithms": {"kex": "a b"}})") ==
        "/algorithms/kex: is no list of names with commas between them, such as aes256-ctr,aes128-ctr");
  CHECK(problem(R"({"pty": {"env": {"A B": "x"}}})") == "/pty/env: `A B` is no name of a variable");
  CHECK(problem(R"({"pty": {"env": {"A": 1}}})") == "/pty/env/A: is no text: write it in quotes");
  CHECK(problem(R"({"pty": {"term": ""}})") == "/pty/term: is empty: leave it out for xterm-256color");
  CHECK(problems(R"({"jump": {"host": "j"}})") ==
        Lines{"/jump/user: is missing: nobody is asked who logs in on the jump host",
              "/jump/key: is missing: nobody is asked for a password on the jump host"});
}
