#include "consumer/v1_seat.h"

#include <span>
#include <utility>

namespace wharf_paramiko {

namespace {

using terminal::compose;
namespace server = terminal::server;

server::HostKeyStatus to_message(ssh::HostKeyReport::Status status) {
  switch (status) {
    case ssh::HostKeyReport::Status::Known:
      return server::HostKeyStatus::Ok;
    case ssh::HostKeyReport::Status::New:
      return server::HostKeyStatus::New;
    case ssh::HostKeyReport::Status::Changed:
      return server::HostKeyStatus::Changed;
    case ssh::HostKeyReport::Status::Revoked:
      break;
  }
  return server::HostKeyStatus::Revoked;
}

server::AuthRequest to_message(const ssh::AuthRequest& request, const std::string& user) {
  server::AuthRequest message;
  for (const std::string& method : request.methods) {
    message.methods.push_back(method == "keyboard-interactive" ? "kbd" : method);
  }
  message.partial = request.partial;
  message.user = user;
  message.left = request.left;
  if (request.reason) message.reason = request.reason->text;
  return message;
}

}  // namespace

void V1Seat::tell(const std::string& message) { host().send(connection_, message); }

void V1Seat::host_key(const ssh::HostKeyReport& report) {
  tell(compose(server::HostKey{to_message(report.status), report.question, report.host, report.port,
                               report.algorithm, report.fingerprint, report.known}));
}

void V1Seat::authenticate(const ssh::AuthRequest& request, const std::string& user) {
  tell(compose(to_message(request, user)));
}

void V1Seat::prompts(const ssh::Prompts& prompts, const ssh::AuthRequest& request, const std::string& user) {
  server::AuthRequest message = to_message(request, user);
  message.methods = {"kbd"};
  message.reason.clear();
  message.name = prompts.name;
  message.instruction = prompts.instruction;
  for (const ssh::Prompts::Prompt& prompt : prompts.prompts) {
    message.prompts.push_back({prompt.text, prompt.echo});
  }
  tell(compose(message));
}

void V1Seat::ready(const server::Ready& ready) { tell(compose(ready)); }

void V1Seat::replay(uint64_t from) { tell(compose(server::Replay{from, true})); }

void V1Seat::output(std::string_view bytes) {
  host().send_binary(connection_, std::as_bytes(std::span(bytes.data(), bytes.size())));
}

void V1Seat::input_taken(uint64_t bytes) { tell(compose(server::InputAck{bytes})); }

void V1Seat::size_is(const terminal::Size& size) { tell(compose(server::SizeIs{size.cols, size.rows})); }

void V1Seat::exited(const server::Exit& exit) {
  tell(compose(exit));
  close(1000, {});
}

void V1Seat::failed(const ssh::Error& error) {
  const std::string code(ssh::name_of(error.code));
  tell(compose(server::Error{code, error.text, error.retry}));
  close(terminal::close_code(code), code);
}

}  // namespace wharf_paramiko
