#include "consumer/jump.h"

#include <utility>
#include <vector>

namespace wharf_paramiko {

Jump::Jump(HostLoop& loop, ssh::Settings settings, const terminal::RouteConfig::Jump& own, Told told)
    : told_(std::move(told)), own_(own), session_(loop, *this, std::move(settings)) {}

void Jump::host_key(const ssh::HostKeyReport& report) {
  if (report.question) session_.answer_host_key(false, false);
}

void Jump::authenticate(const ssh::AuthRequest& request) {
  if (std::optional<ssh::Credential> own = own_.next(request)) return session_.authenticate(std::move(*own));
  told_.failed({ssh::Code::Auth, "the jump host takes none of what the route has for it: look at `jump:`"});
}

void Jump::prompts(const ssh::Prompts& prompts) {
  session_.answer_prompts(std::vector<Secret>(prompts.prompts.size()));
}

void Jump::failed(const ssh::Error& why) {
  told_.failed({why.code, "the jump host: " + why.text, why.retry});
}

}  // namespace wharf_paramiko
