#include "sshd.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace wharf_paramiko::ssh {

namespace {

sockaddr_in loopback(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

uint16_t free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  REQUIRE(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(fd);
  return ntohs(address.sin_port);
}

bool accepts(uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  const sockaddr_in address = loopback(port);
  const bool accepted = connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return accepted;
}

}  // namespace

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "paramiko-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Process::Process(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  REQUIRE(posix_spawnp(&pid_, arguments[0], nullptr, nullptr, arguments.data(), environ) == 0);
}

Process::~Process() {
  if (pid_ <= 0) return;
  kill(pid_, SIGTERM);
  wait();
}

int Process::wait() {
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool run(const std::vector<std::string>& command) { return Process(command).wait() == 0; }

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

Sshd::Sshd(const std::string& key_type)
    : port_(free_port()),
      user_(geteuid() == 0 ? "tester" : getpwuid(geteuid())->pw_name),
      passwords_(geteuid() == 0),
      // It ends with this process, too, if that crashes.
      process_({"setpriv", "--pdeathsig", "TERM", WHARF_PARAMIKO_SSHD, directory_.path(""),
                std::to_string(port_), key_type}) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!accepts(port_)) {
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end, log());
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::string Sshd::known_line() const {
  std::istringstream key(read_file(path("host_key.pub")));
  std::string type;
  std::string blob;
  key >> type >> blob;
  return "[127.0.0.1]:" + std::to_string(port_) + " " + type + " " + blob;
}

std::string Sshd::make_key(const std::string& type, const std::string& passphrase,
                           const std::vector<std::string>& more) {
  const std::string key = path("key" + std::to_string(++keys_));
  std::vector<std::string> command{"ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", key};
  command.insert(command.end(), more.begin(), more.end());
  REQUIRE(run(command));
  write_file(path("authorized_keys"), read_file(path("authorized_keys")) + read_file(key + ".pub"));
  chmod(path("authorized_keys").c_str(), 0644);
  return key;
}

}  // namespace wharf_paramiko::ssh
