#include "auth/forward/method.h"

#include <fmt/format.h>

#include "auth/forward/endpoint.h"
#include "auth/forward/question.h"

namespace wharf::auth::forward {

inquiry::Method start_method(const std::shared_ptr<const config::ForwardAuth>& settings,
                             const std::shared_ptr<telemetry::Log>& log) {
  const inquiry::Settings service = {settings->limits, silence_of(*settings),
                                     settings->limits.anonymous_without
                                         ? "visitors are anonymous until that ends"
                                         : "visitors are refused with 503 until that ends",
                                     fmt::format("{} answers again", settings->text)};
  return {"forward", [settings](const Handshake& handshake) { return question_about(*settings, handshake); },
          inquiry::Service::start(
              service, [settings] { return std::make_unique<Endpoint>(*settings); }, log)};
}

}  // namespace wharf::auth::forward
