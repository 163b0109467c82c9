// Who a listener is to those who connect by TLS: a certificate, those that vouch for it, and its key.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "config/problem.h"
#include "telemetry/error.h"

struct ssl_ctx_st;

namespace wharf::config {

struct TlsIdentity {
  std::filesystem::path certificate;  // absolute, as named; a link may lead elsewhere
  std::filesystem::path key;          // may be the same file
  std::string chain_pem;              // as read: the certificate first, then those between it and a root
  std::string key_pem;
  std::string summary;  // for people: "serial 1A2B, until 2026-05-01 12:00 UTC"
  Position where;

  bool same_pair(const TlsIdentity& other) const {
    return chain_pem == other.chain_pem && key_pem == other.key_pem;
  }
};

// [any-thread] All of these. The errors say what is wrong, and show nothing of a key.

// Gives `context` (an SSL_CTX) certificate, chain and key.
Result<void> use_identity(ssl_ctx_st* context, std::string_view chain_pem, std::string_view key_pem);

// What there is to know of the first certificate in `chain_pem`, or why it cannot be used with any key.
struct CertificateFacts {
  std::string serial;                // hexadecimal
  std::string until;                 // for people
  std::optional<std::string> doubt;  // why a client will not believe it today: "it expired at …"
  std::string remedy;                // if there is a doubt
};
Result<CertificateFacts> describe_certificate(std::string_view chain_pem);

}  // namespace wharf::config
