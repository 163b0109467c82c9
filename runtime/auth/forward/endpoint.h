// The operator's HTTP server as one thread asks it, by libcurl: one request at a time, on a connection that
// stays open between them.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "auth/inquiry/answerer.h"
#include "config/forward_auth.h"

namespace wharf::auth::forward {

// For the log, when there was no answer in time.
std::string silence_of(const config::ForwardAuth& settings);

// [pool] No redirect is followed, no proxy of the environment is used, no cookie is kept. What libcurl would
// tell of a request is written nowhere: the visitor's secrets are in it.
class Endpoint : public inquiry::Answerer {
 public:
  // `settings` outlives it.
  explicit Endpoint(const config::ForwardAuth& settings);

  // The question is header lines, as question.h makes them.
  Result<inquiry::Answer> answer(const std::string& question) override;

 private:
  using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

  static size_t take(const char* data, size_t size, size_t count, void* self);
  template <class T>
  void set(CURLoption option, T value);
  void set_up();
  std::string reason(CURLcode code) const;

  const config::ForwardAuth& settings_;
  Handle handle_;
  CURLcode set_up_ = CURLE_OK;  // the first option that could not be set
  std::string body_;
  bool too_large_ = false;
  std::array<char, CURL_ERROR_SIZE> details_{};
};

}  // namespace wharf::auth::forward
