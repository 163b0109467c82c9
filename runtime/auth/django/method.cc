#include "auth/django/method.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "auth/django/cookie.h"
#include "auth/django/lookup.h"
#include "auth/django/session_key.h"
#include "auth/inquiry/complaint.h"
#include "config/units.h"

namespace wharf::auth::django {

namespace {

std::optional<inquiry::Question> question_about(const config::DjangoAuth& settings,
                                                const Handshake& handshake) {
  std::optional<std::string> cookie = find_cookie(handshake.header("cookie"), settings.cookie);
  if (!cookie || cookie->empty()) return std::nullopt;
  const bool is_content = settings.engine == config::DjangoAuth::Engine::SignedCookies;
  if (!is_content && !is_session_key(*cookie)) return std::nullopt;
  return inquiry::Question{std::move(*cookie), true};
}

inquiry::Settings service_settings(const config::DjangoAuth& settings) {
  const config::InquiryLimits& limits = settings.limits;
  return {limits,
          fmt::format("whose session it is could not be found out within {}",
                      config::show_duration(limits.timeout)),
          limits.anonymous_without ? "visitors with a session are anonymous until it can"
                                   : "visitors with a session are refused with 503 until it can",
          "Django's sessions can be looked up again"};
}

}  // namespace

inquiry::Method start_method(const std::shared_ptr<const config::DjangoAuth>& settings,
                             const std::shared_ptr<telemetry::Log>& log) {
  for (const config::Position& place : settings->clear_secrets) {
    log->warn(
        "{}:{}:{}: a secret stands in the file itself: whoever reads it can log in as anyone; write "
        "{{file: PATH}} or {{env: NAME}}",
        place.file, place.line, place.column);
  }
  const auto note = std::make_shared<inquiry::Complaint>(log, "it is as if it were not there", "");
  const auto make_lookup = [settings, note] {
    return std::make_unique<Lookup>(*settings, [note](const std::string& text) { note->failed(text); });
  };
  return {"django", [settings](const Handshake& handshake) { return question_about(*settings, handshake); },
          inquiry::Service::start(service_settings(*settings), make_lookup, log)};
}

}  // namespace wharf::auth::django
