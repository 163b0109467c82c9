#include "consumer/files.h"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>
#include <utility>

#include "consumer/file_root.h"
#include "terminal/printable.h"
#include "terminal/remote_path.h"
#include "terminal/tokens.h"

namespace wharf_paramiko {

namespace {

namespace server = terminal::server;
using Op = terminal::client::Sftp::Op;
using ssh::FileAttributes;

// Questions that one page may have open, so that nobody makes the server's queue long.
constexpr size_t most_pending = 64;

std::string shown(const std::string& path) { return terminal::printable_line(path, 1024); }

bool changes_something(Op op) {
  return op == Op::Put || op == Op::Mkdir || op == Op::Rename || op == Op::Remove;
}

ssh::Error no_file(const std::string& path) {
  return {ssh::Code::Refused, shown(path) + " is no file, and only files can be sent"};
}

ssh::Error too_large(const std::string& path, uint64_t most) {
  return {ssh::Code::Limit, fmt::format("{} is too large: a file may have {} bytes here", shown(path), most)};
}

}  // namespace

std::string Files::terminal_of(std::string_view token) {
  const size_t dot = token.find('.');
  return std::string(token.substr(0, dot == std::string_view::npos ? 0 : dot));
}

// --- Questions.

template <class Value, class Then>
std::function<void(ssh::Result<Value>)> Files::or_refuse(const Asked& asked, Then then) {
  return [weak = weak_from_this(), asked, then = std::move(then)](ssh::Result<Value> result) {
    const std::shared_ptr<Files> self = weak.lock();
    if (self == nullptr) return;
    if (!result) return self->refuse(asked, result.error());
    if constexpr (std::is_void_v<Value>) {
      then();
    } else {
      then(std::move(*result));
    }
  };
}

ssh::Result<void> Files::allowed(const Asked& asked) const {
  const auto& [op, id, path, to, offset, size] = asked.question;
  if (!rules().enabled) return ssh::failure(ssh::Code::Policy, "this route has no files");
  if (changes_something(op) && !rules().upload)
    return ssh::failure(ssh::Code::Policy, "this route lets files be read, and nothing be changed");
  if (op == Op::Get && !rules().download)
    return ssh::failure(ssh::Code::Policy, "this route lets files be sent to the server only");
  const uint64_t whole = offset + size.value_or(0);
  if (op == Op::Put && whole > rules().max_file)
    return tl::make_unexpected(too_large(path, rules().max_file));
  if (start_.sftp() == nullptr)
    return ssh::failure(ssh::Code::Lost, "there is no SSH session to ask for files", true);
  if (pending_ + pages_.waiting() >= most_pending)
    return ssh::failure(ssh::Code::Limit, "too many questions at once: wait for their answers", true);
  return {};
}

void Files::ask(wharf_connection from, const terminal::client::Sftp& question) {
  const Asked asked{from, question};
  const ssh::Result<void> may = allowed(asked);
  ++pending_;
  if (!may) return refuse(asked, may.error());
  const bool of_a_name = changes_something(question.op);
  const auto find = of_a_name ? find_name : find_existing;
  find(sftp(), rules().root, question.path,
       or_refuse<std::string>(asked, [this, asked](const std::string& path) {
         switch (asked.question.op) {
           case Op::List:
             return list(asked, path);
           case Op::Stat:
             return stat(asked, path);
           case Op::Get:
             return get(asked, path);
           case Op::Put:
             return put(asked, path);
           case Op::Mkdir:
             return make_directory(asked, path);
           case Op::Rename:
             return rename(asked, path);
           case Op::Remove:
             return remove(asked, path);
         }
       }));
}

void Files::answer(const Asked& asked, Answer what) {
  --pending_;
  start_.answer(asked.from, terminal::compose(server::SftpAnswer{asked.question.id, std::move(what)}));
}

void Files::refuse(const Asked& asked, const ssh::Error& why) { answer(asked, to_message(why)); }

void Files::changed(const Asked& asked, const std::string& what) {
  start_.audit(what);
  answer(asked, server::SftpAnswer::Done{});
}

void Files::list(const Asked& asked, const std::string& path) {
  sftp().list(path, or_refuse<ssh::Listing>(asked, [this, asked](ssh::Listing listing) {
                --pending_;
                pages_.add(asked.from, asked.question.id, std::move(listing));
              }));
}

void Files::stat(const Asked& asked, const std::string& path) {
  sftp().stat(path, or_refuse<FileAttributes>(asked, [this, asked](const FileAttributes& found) {
                const std::string& named = asked.question.path;
                const std::optional<terminal::NameInFolder> parts = terminal::name_in_folder(named);
                answer(asked, server::SftpAnswer::Entries{
                                  {to_message(parts ? parts->name : named, found)}, false, false});
              }));
}

void Files::make_directory(const Asked& asked, const std::string& path) {
  sftp().make_directory(
      path, or_refuse<void>(asked, [this, asked, path] { changed(asked, "mkdir " + shown(path)); }));
}

void Files::rename(const Asked& asked, const std::string& path) {
  const auto renamed = [this, asked, path](const std::string& to) {
    sftp().rename(path, to, or_refuse<void>(asked, [this, asked, path, to] {
                    changed(asked, fmt::format("rename {} to {}", shown(path), shown(to)));
                  }));
  };
  find_name(sftp(), rules().root, asked.question.to, or_refuse<std::string>(asked, renamed));
}

void Files::remove(const Asked& asked, const std::string& path) {
  const auto removed = [this, asked, path] { changed(asked, "remove " + shown(path)); };
  sftp().lstat(path,
               or_refuse<FileAttributes>(asked, [this, asked, path, removed](const FileAttributes& found) {
                 if (found.kind == FileAttributes::Kind::Directory) {
                   sftp().remove_directory(path, or_refuse<void>(asked, removed));
                 } else {
                   sftp().remove_file(path, or_refuse<void>(asked, removed));
                 }
               }));
}

// --- Files on their way.

void Files::get(const Asked& asked, const std::string& path) {
  sftp().stat(path, or_refuse<FileAttributes>(asked, [this, asked, path](const FileAttributes& found) {
                if (found.kind != FileAttributes::Kind::File) return refuse(asked, no_file(path));
                if (found.size > rules().max_file) return refuse(asked, too_large(path, rules().max_file));
                open(asked, path, {{}, found.size, found.modified});
              }));
}

// A link of that name leads to the file that is meant, which has to be within the root as well.
void Files::put(const Asked& asked, const std::string& path) {
  sftp().lstat(path, [weak = weak_from_this(), asked, path](const ssh::Result<FileAttributes>& found) {
    const std::shared_ptr<Files> self = weak.lock();
    if (self == nullptr) return;
    if (!found || found->kind != FileAttributes::Kind::Link) return self->put_at(asked, path, found);
    find_existing(self->sftp(), self->rules().root, asked.question.path,
                  self->or_refuse<std::string>(asked, [self = self.get(), asked](const std::string& real) {
                    self->sftp().stat(real, [weak = self->weak_from_this(), asked,
                                             real](const ssh::Result<FileAttributes>& behind) {
                      if (const std::shared_ptr<Files> here = weak.lock()) here->put_at(asked, real, behind);
                    });
                  }));
  });
}

void Files::put_at(const Asked& asked, const std::string& path, const ssh::Result<FileAttributes>& there) {
  const uint64_t offset = asked.question.offset;
  if (!there && offset > 0) return refuse(asked, there.error());
  if (there && there->kind != FileAttributes::Kind::File) return refuse(asked, no_file(path));
  if (there && offset > there->size) {
    return refuse(asked, {ssh::Code::Refused, fmt::format("{} has {} bytes, so nothing can go on at byte {}",
                                                          shown(path), there->size, offset)});
  }
  open(asked, path, {});
}

void Files::open(const Asked& asked, const std::string& path, server::SftpAnswer::Token said) {
  const bool up = asked.question.op == Op::Put;
  if (up) end_uploads(path);
  if (transfers_.size() >= rules().max_parallel) {
    return refuse(asked, {ssh::Code::Limit,
                          fmt::format("{} files are on their way, and no more may be: wait for one of them",
                                      transfers_.size()),
                          true});
  }
  said.token = fmt::format("{}.{}", start_.terminal, terminal::random_token().view());
  const uint64_t window = up ? start_.config.flow.stdin_queue : start_.config.flow.client_window;
  Transfer::Plan plan{asked.question.id, path, asked.question.offset, rules().max_file, window};
  const auto place = transfers_.emplace(transfers_.end());
  Transfer::Told told{
      [this, asked, said] { answer(asked, said); },
      start_.moved,
      [this, asked, place](const ssh::Error& why) {
        transfers_.erase(place);
        refuse(asked, why);
      },
      [this, place](const ssh::Result<void>& how) {
        const std::unique_ptr<Transfer> over = std::move(*place);
        transfers_.erase(place);
        tell_of(*over, how);
      },
  };
  *place = (up ? make_upload : make_download)(start_.loop, said.token, std::move(plan), std::move(told));
  (*place)->open(sftp());
}

// A page that comes back may be faster than the news that its old socket is gone. What that one has brought
// and is not written yet must not come over what is new.
void Files::end_uploads(const std::string& path) {
  for (auto next = transfers_.begin(); next != transfers_.end();) {
    Transfer& each = **next++;
    if (each.name() == "put" && each.plan().path == path)
      each.end(ssh::failure(ssh::Code::Refused, "another upload to " + shown(path) + " has begun"));
  }
}

void Files::tell_of(const Transfer& transfer, const ssh::Result<void>& how) {
  const Transfer::Plan& plan = transfer.plan();
  start_.audit(fmt::format("{} {} offset={} bytes={}{}", transfer.name(), shown(plan.path), plan.offset,
                           transfer.moved(), how ? "" : ", which failed: " + how.error().text));
}

Transfer* Files::carried_by(wharf_connection socket) const {
  for (const std::unique_ptr<Transfer>& each : transfers_) {
    if (each->socket() == socket) return each.get();
  }
  return nullptr;
}

bool Files::attach(wharf_connection from, std::string_view token) {
  for (const std::unique_ptr<Transfer>& each : transfers_) {
    if (!each->waits() || !terminal::same_token(each->token(), token)) continue;
    each->attach(from);
    return true;
  }
  return false;
}

bool Files::message(wharf_connection from, const terminal::ClientMessage& message) {
  Transfer* transfer = carried_by(from);
  if (transfer != nullptr) transfer->message(message);
  return transfer != nullptr;
}

bool Files::bytes(wharf_connection from, std::string_view bytes) {
  Transfer* transfer = carried_by(from);
  if (transfer != nullptr) transfer->bytes(bytes);
  return transfer != nullptr;
}

bool Files::gone(wharf_connection from) {
  Transfer* transfer = carried_by(from);
  if (transfer != nullptr) transfer->gone();
  return transfer != nullptr;
}

void Files::end(const ssh::Error& why) {
  while (!transfers_.empty()) transfers_.front()->end(tl::make_unexpected(why));
}

}  // namespace wharf_paramiko
