#include "auth/forward/endpoint.h"

#include <fmt/format.h>

#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "auth/forward/reply.h"
#include "config/units.h"

namespace wharf::auth::forward {

namespace {

constexpr size_t largest_body = 64 << 10;

using Lines = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

// False when there is no memory.
bool append(Lines& lines, const std::string& line) {
  curl_slist* longer = curl_slist_append(lines.get(), line.c_str());
  if (longer == nullptr) return false;
  static_cast<void>(lines.release());  // it is the beginning of `longer`
  lines.reset(longer);
  return true;
}

bool append_all(Lines& lines, std::string_view text) {
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (!append(lines, std::string(text.substr(0, end)))) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

std::vector<std::string> fields(CURL* handle, const std::string& name) {
  std::vector<std::string> values;
  curl_header* field = nullptr;
  while (curl_easy_header(handle, name.c_str(), values.size(), CURLH_HEADER, -1, &field) == CURLHE_OK) {
    values.emplace_back(field->value);
  }
  return values;
}

}  // namespace

std::string silence_of(const config::ForwardAuth& settings) {
  return fmt::format("{} did not answer within {}", settings.text,
                     config::show_duration(settings.limits.timeout));
}

Endpoint::Endpoint(const config::ForwardAuth& settings)
    : settings_(settings), handle_(curl_easy_init(), curl_easy_cleanup) {
  if (handle_ != nullptr) set_up();
}

template <class T>
void Endpoint::set(CURLoption option, T value) {
  const CURLcode code = curl_easy_setopt(handle_.get(), option, value);
  if (set_up_ == CURLE_OK) set_up_ = code;
}

void Endpoint::set_up() {
  set(CURLOPT_URL, settings_.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.limits.timeout.count()));
  set(CURLOPT_WRITEFUNCTION, &Endpoint::take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_ERRORBUFFER, details_.data());
  if (!settings_.unix_socket.empty()) set(CURLOPT_UNIX_SOCKET_PATH, settings_.unix_socket.c_str());
  if (!settings_.ca.empty()) {
    curl_blob ca = {const_cast<char*>(settings_.ca.data()), settings_.ca.size(), CURL_BLOB_NOCOPY};
    set(CURLOPT_CAINFO_BLOB, &ca);
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (settings_.method == config::ForwardAuth::Method::Post) {
    set(CURLOPT_POSTFIELDSIZE, 0L);
    set(CURLOPT_POSTFIELDS, "");
  }
}

size_t Endpoint::take(const char* data, size_t size, size_t count, void* self) {
  Endpoint& endpoint = *static_cast<Endpoint*>(self);
  endpoint.too_large_ = endpoint.body_.size() + size * count > largest_body;
  if (endpoint.too_large_) return CURL_WRITEFUNC_ERROR;
  endpoint.body_.append(data, size * count);
  return size * count;
}

// Nothing that differs from one attempt to the next, so that the log has it once.
std::string Endpoint::reason(CURLcode code) const {
  long system_error = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_OS_ERRNO, &system_error);
  if (code == CURLE_COULDNT_CONNECT && system_error != 0) {
    return std::generic_category().message(static_cast<int>(system_error));
  }
  const bool tls = code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR;
  return tls && details_[0] != '\0' ? details_.data() : curl_easy_strerror(code);
}

Result<inquiry::Answer> Endpoint::answer(const std::string& question) {
  Lines lines(nullptr, curl_slist_free_all);
  // A request without a body has no type of one.
  const bool ready = handle_ != nullptr && append_all(lines, question) && append(lines, "Content-Type:");
  if (!ready || set_up_ != CURLE_OK) {
    return failure(fmt::format("{} cannot be asked: {}", settings_.text,
                               curl_easy_strerror(ready ? set_up_ : CURLE_OUT_OF_MEMORY)));
  }
  body_.clear();
  too_large_ = false;
  details_[0] = '\0';
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, lines.get());
  const CURLcode code = curl_easy_perform(handle_.get());
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, nullptr);
  if (too_large_) {
    return failure(
        fmt::format("{} answered with more than {}", settings_.text, config::show_size(largest_body)));
  }
  if (code == CURLE_OPERATION_TIMEDOUT) return failure(silence_of(settings_));
  if (code != CURLE_OK) {
    return failure(fmt::format("{} cannot be asked: {}", settings_.text, reason(code)));
  }
  Reply reply{0, [this](const std::string& name) { return fields(handle_.get(), name); }, std::move(body_)};
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &reply.status);
  return judge(settings_, reply);
}

}  // namespace wharf::auth::forward
