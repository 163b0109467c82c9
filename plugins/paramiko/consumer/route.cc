#include "consumer/route.h"

#include <utility>

namespace wharf_paramiko {

namespace {

std::string why(terminal::SessionLimits::Full full) {
  switch (full) {
    case terminal::SessionLimits::Full::Address:
      return "your address has as many terminals as it may have: close one";
    case terminal::SessionLimits::Full::User:
      return "you have as many terminals as you may have: close one";
    case terminal::SessionLimits::Full::Total:
      break;
  }
  return "there are as many terminals as there may be: try again later";
}

}  // namespace

Route::Route(const wharf::Host& host)
    : loop_(std::make_shared<HostLoop>(host)),
      shared_(Shared::of(host.config(),
                         [&host](const std::string& warning) { host.log(WHARF_WARNING, 0, warning); })) {}

Route::~Route() {
  for (const auto& [id, each] : terminals_) each->stop();
  terminals_.clear();
  loop_->close();
}

ssh::Result<std::shared_ptr<Terminal>> Route::make(Wanted wanted) {
  tl::expected<terminal::SessionLimits::Place, terminal::SessionLimits::Full> place =
      shared_->sessions.enter(wanted.visitor.user, wanted.visitor.address);
  if (!place) return ssh::failure(ssh::Code::Limit, why(place.error()), true);
  auto id = std::make_shared<std::string>();
  auto made = std::make_shared<Terminal>(Terminal::Start{
      shared_, loop_, std::move(wanted.visitor), std::move(*place), wanted.resumable, wanted.record,
      wanted.window, [this, id] { loop_->post([this, id] { terminals_.erase(*id); }); }});
  *id = made->id();
  terminals_.emplace(*id, made);
  return made;
}

}  // namespace wharf_paramiko
