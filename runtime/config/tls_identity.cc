#include "config/tls_identity.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>
#include <vector>

namespace wharf::config {

namespace {

template <auto free_it>
struct Free {
  template <class Object>
  void operator()(Object* object) const {
    free_it(object);
  }
};

using Bio = std::unique_ptr<BIO, Free<BIO_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX_free>>;

Bio open(std::string_view pem) { return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))); }

std::vector<Certificate> read_certificates(std::string_view pem) {
  std::vector<Certificate> certificates;
  const Bio bio = open(pem);
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
    certificates.emplace_back(next);
  ERR_clear_error();
  return certificates;
}

// OpenSSL would ask on the terminal. `asked`: a bool.
int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Result<Key> read_key(std::string_view pem) {
  bool encrypted = false;
  const Bio bio = open(pem);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &refuse_passphrase, &encrypted));
  ERR_clear_error();
  if (encrypted) {
    return failure(
        "the key is encrypted, and there is nobody to ask for its passphrase: `openssl pkey -in KEY -out "
        "PLAIN` writes it without; let only the user that runs wharf read that");
  }
  if (key == nullptr)
    return failure("there is no private key in PEM: it begins with -----BEGIN PRIVATE KEY-----");
  return key;
}

// The reason that OpenSSL has for its last failure.
std::string why() {
  const char* reason = ERR_reason_error_string(ERR_peek_last_error());
  std::string text = reason != nullptr ? reason : "no reason given";
  ERR_clear_error();
  return text;
}

std::string show(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable date";
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", parts);
}

std::string show_serial(X509* certificate) {
  const std::unique_ptr<BIGNUM, Free<BN_free>> number(
      ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  char* digits = number != nullptr ? BN_bn2hex(number.get()) : nullptr;
  std::string text = digits != nullptr ? digits : "unknown";
  OPENSSL_free(digits);
  return text;
}

Result<void> use_chain(SSL_CTX* context, const std::vector<Certificate>& chain) {
  if (chain.empty()) {
    return failure("there is no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----");
  }
  if (SSL_CTX_use_certificate(context, chain[0].get()) != 1) {
    return failure(fmt::format("OpenSSL refuses the certificate: {}", why()));
  }
  for (size_t i = 1; i < chain.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) {
      return failure(fmt::format("OpenSSL refuses certificate {} of the chain: {}", i + 1, why()));
    }
  }
  return {};
}

bool belong_together(X509* certificate, EVP_PKEY* key) {
  const bool yes = X509_check_private_key(certificate, key) == 1;
  ERR_clear_error();
  return yes;
}

}  // namespace

Result<void> use_identity(ssl_ctx_st* context, std::string_view chain_pem, std::string_view key_pem) {
  const std::vector<Certificate> chain = read_certificates(chain_pem);
  if (Result<void> used = use_chain(context, chain); !used) return used;
  const Result<Key> key = read_key(key_pem);
  if (!key) return tl::make_unexpected(key.error());
  if (!belong_together(chain[0].get(), key->get())) {
    const bool of_another = std::any_of(chain.begin() + 1, chain.end(), [&key](const Certificate& each) {
      return belong_together(each.get(), key->get());
    });
    return failure(of_another
                       ? "the key is that of a later certificate in its file: put the server's own first"
                       : "the key is not that of the certificate: name two that belong together");
  }
  if (SSL_CTX_use_PrivateKey(context, key->get()) != 1) {
    return failure(fmt::format("OpenSSL refuses the key: {}", why()));
  }
  return {};
}

Result<CertificateFacts> describe_certificate(std::string_view chain_pem) {
  const std::vector<Certificate> chain = read_certificates(chain_pem);
  const Context trial(SSL_CTX_new(TLS_server_method()));
  if (const Result<void> used = use_chain(trial.get(), chain); !used)
    return tl::make_unexpected(used.error());
  X509* certificate = chain[0].get();
  const ASN1_TIME* begin = X509_get0_notBefore(certificate);
  const ASN1_TIME* end = X509_get0_notAfter(certificate);
  CertificateFacts facts{show_serial(certificate), show(end), std::nullopt, {}};
  if (X509_cmp_current_time(end) < 0) {
    facts.doubt = fmt::format("it expired at {}", facts.until);
    facts.remedy = "renew it: wharf takes up the new one when the file changes";
  } else if (X509_cmp_current_time(begin) > 0) {
    facts.doubt = fmt::format("it is not valid before {}", show(begin));
    facts.remedy = "look at this machine's clock, or wait";
  }
  return facts;
}

}  // namespace wharf::config
