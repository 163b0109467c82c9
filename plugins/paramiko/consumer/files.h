// The files of a terminal: what its owner asks about them, and those that are on their way.
//
// The rules are the route's (`sftp:`). Answers go to the socket that asked, as long as it is the owner's. A
// transfer has a socket of its own (transfer.h), so it outlives the owner's, and ends with the terminal.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "consumer/host_loop.h"
#include "consumer/listing_pages.h"
#include "consumer/transfer.h"
#include "ssh/sftp.h"
#include "terminal/client_messages.h"
#include "terminal/config.h"
#include "terminal/server_messages.h"

namespace wharf_paramiko {

// [worker] of the terminal.
class Files : public std::enable_shared_from_this<Files> {
 public:
  struct Start {
    HostLoop& loop;  // outlives it, as does
    const terminal::RouteConfig& config;
    std::string terminal;              // its id, which is the beginning of every token
    std::function<ssh::Sftp*()> sftp;  // nullptr when there is no session
    std::function<void(wharf_connection to, const std::string& message)> answer;
    std::function<void(const std::string& text)> audit;
    std::function<void()> moved;  // bytes of some file
  };
  explicit Files(Start start) : start_(std::move(start)), pages_(start_.loop, start_.answer) {}
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;

  // The id of the terminal that has given out this token.
  static std::string terminal_of(std::string_view token);

  void ask(wharf_connection from, const terminal::client::Sftp& question);

  // --- Sockets. False: it carries no file.
  bool attach(wharf_connection from, std::string_view token);
  bool message(wharf_connection from, const terminal::ClientMessage& message);
  bool bytes(wharf_connection from, std::string_view bytes);
  bool gone(wharf_connection from);

  // Nothing can be read or written any more.
  void end(const ssh::Error& why);

 private:
  using Answer = decltype(terminal::server::SftpAnswer::what);
  struct Asked {
    wharf_connection from;
    terminal::client::Sftp question;
  };

  const terminal::RouteConfig::Sftp& rules() const { return start_.config.sftp; }
  ssh::Result<void> allowed(const Asked& asked) const;
  // `then`, unless this is gone by then, or what came is an error, which is the answer.
  template <class Value, class Then>
  std::function<void(ssh::Result<Value>)> or_refuse(const Asked& asked, Then then);
  ssh::Sftp& sftp() { return *start_.sftp(); }

  void list(const Asked& asked, const std::string& path);
  void stat(const Asked& asked, const std::string& path);
  void get(const Asked& asked, const std::string& path);
  void put(const Asked& asked, const std::string& path);
  void make_directory(const Asked& asked, const std::string& path);
  void rename(const Asked& asked, const std::string& path);
  void remove(const Asked& asked, const std::string& path);

  void put_at(const Asked& asked, const std::string& path, const ssh::Result<ssh::FileAttributes>& there);
  void open(const Asked& asked, const std::string& path, terminal::server::SftpAnswer::Token said);
  void end_uploads(const std::string& path);
  void tell_of(const Transfer& transfer, const ssh::Result<void>& how);
  Transfer* carried_by(wharf_connection socket) const;

  void changed(const Asked& asked, const std::string& what);
  void answer(const Asked& asked, Answer what);
  void refuse(const Asked& asked, const ssh::Error& why);

  const Start start_;
  uint32_t pending_ = 0;  // questions that the server has not answered
  ListingPages pages_;
  std::list<std::unique_ptr<Transfer>> transfers_;  // from their question on
};

}  // namespace wharf_paramiko
