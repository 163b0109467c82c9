#include "server/tls_contexts.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include "config/tls_identity.h"
#include "telemetry/error.h"

namespace wharf::server {

namespace {

// Of TLS 1.2: forward secrecy, and ciphers that authenticate. TLS 1.3 has no others.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

// Who speaks of protocols has to offer HTTP/1.1 (RFC 7301 section 3.2).
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size, const unsigned char* offered,
                    unsigned int offered_size, void*) {
  static constexpr unsigned char known[] = "\x08http/1.1";
  unsigned char* out = nullptr;
  const int found = SSL_select_next_proto(&out, size, known, sizeof known - 1, offered, offered_size);
  *chosen = out;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

Result<std::shared_ptr<SSL_CTX>> make_context(const config::TlsIdentity& identity) {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (context == nullptr) return failure("OpenSSL cannot start");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  if (SSL_CTX_set_cipher_list(context.get(), ciphers) != 1)
    return failure("OpenSSL knows none of the ciphers");
  // Where a stream ends, WebSocket and HTTP say for themselves: a client that goes without TLS's own word for
  // it has only closed its side.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF | SSL_OP_CLEANSE_PLAINTEXT);
  // An idle connection keeps no buffers, and a write that was not finished goes on from other memory.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Sessions are in tickets that the clients keep.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), &choose_protocol, nullptr);
  const Result<void> used = config::use_identity(context.get(), identity.chain_pem, identity.key_pem);
  if (!used) return tl::make_unexpected(used.error());
  return context;
}

}  // namespace

tl::expected<std::shared_ptr<const TlsContexts>, config::Problem> TlsContexts::make(
    const std::vector<config::ListenAddress>& listen, const TlsContexts* before) {
  auto contexts = std::make_shared<TlsContexts>();
  if (before != nullptr) contexts->entries_ = before->entries_;
  for (const config::ListenAddress& address : listen) {
    if (address.tls == nullptr) continue;
    Entry& entry = contexts->entries_[address.text];
    if (entry.identity != nullptr && entry.identity->same_pair(*address.tls)) continue;
    Result<std::shared_ptr<SSL_CTX>> context = make_context(*address.tls);
    if (!context) {
      return tl::make_unexpected(config::Problem{
          address.tls->where, fmt::format("`tls` cannot be used: {}", context.error().text), {}});
    }
    entry = {address.tls, std::move(*context)};
  }
  return contexts;
}

ssl_ctx_st* TlsContexts::find(std::string_view address) const {
  const auto found = entries_.find(address);
  return found == entries_.end() ? nullptr : found->second.context.get();
}

}  // namespace wharf::server
