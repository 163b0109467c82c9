#include "auth/forward/reply.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace wharf::auth::forward {

namespace {

using config::ForwardSource;
using inquiry::Answer;
using nlohmann::json;

constexpr size_t longest_name = 1024;  // bytes

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// The library refuses to write what is none.
bool is_utf8(const std::string& text) {
  try {
    json(text).dump();
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

// One answer, whose body is parsed when something in it is asked for.
class Reading {
 public:
  Reading(const config::ForwardAuth& settings, const Reply& reply) : settings_(settings), reply_(reply) {}

  // Empty when it is not there.
  Result<std::string> text_at(const ForwardSource& source) {
    Result<std::string> text =
        source.kind == ForwardSource::Kind::Header ? header(source.name) : member(source.name);
    if (!text) return text;
    if (text->size() > longest_name) return wrong(fmt::format("a name of more than {} bytes", longest_name));
    if (std::any_of(text->begin(), text->end(), is_control)) return wrong("a name with a control character");
    if (!is_utf8(*text)) return wrong("a name that is no UTF-8");
    return text;
  }

 private:
  tl::unexpected<Error> wrong(const std::string& what) const {
    return failure(fmt::format("{} answered with {}", settings_.text, what));
  }

  Result<std::string> header(const std::string& name) const {
    std::vector<std::string> values = reply_.header(name);
    if (values.size() > 1) return wrong(fmt::format("several {} headers", name));
    return values.empty() ? std::string() : std::move(values.front());
  }

  // A text, or a whole number, as the keys of users are.
  Result<std::string> member(const std::string& pointer) {
    if (reply_.body.empty()) return std::string();
    if (!body_) body_ = json::parse(reply_.body, nullptr, false);
    if (body_->is_discarded()) return wrong("what is no JSON");
    const json::json_pointer place(pointer);
    if (!body_->contains(place)) return std::string();
    const json& value = body_->at(place);
    if (value.is_null()) return std::string();
    if (value.is_string()) return value.get<std::string>();
    if (value.is_number_integer()) return value.dump();
    return wrong(fmt::format("JSON whose {} is neither a text nor a whole number", pointer));
  }

  const config::ForwardAuth& settings_;
  const Reply& reply_;
  std::optional<json> body_;
};

}  // namespace

Result<Answer> judge(const config::ForwardAuth& settings, const Reply& reply) {
  if (reply.status == 401 || reply.status == 403) {
    return Answer{Answer::Kind::Refused, {}, {}, static_cast<unsigned>(reply.status)};
  }
  if (reply.status >= 300 && reply.status < 400) {
    return failure(
        fmt::format("{} answered {}, and redirects are not followed", settings.text, reply.status));
  }
  if (reply.status < 200 || reply.status >= 300) {
    return failure(fmt::format("{} answered {}", settings.text, reply.status));
  }
  Reading reading(settings, reply);
  Result<std::string> username = reading.text_at(settings.username);
  if (!username) return tl::make_unexpected(username.error());
  if (username->empty()) return Answer{};
  Result<std::string> id = settings.id ? reading.text_at(*settings.id) : std::string();
  if (!id) return tl::make_unexpected(id.error());
  if (id->empty()) id = *username;
  return Answer{Answer::Kind::User, std::move(*id), std::move(*username)};
}

}  // namespace wharf::auth::forward
