#include "config/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "config/file_text.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/units.h"

namespace wharf::config {

namespace {

namespace fs = std::filesystem;

constexpr size_t largest_file = 1 << 20;  // bytes; whatever is larger is another file than was meant

// One of the two files.
struct Part {
  Place place;
  fs::path file;
  std::string pem;
};

std::optional<Part> read_part(const Node* node, const char* key, const fs::path& base, Findings& findings) {
  if (node == nullptr) return std::nullopt;
  const std::optional<std::string> text = read_text(*node, key, findings);
  if (!text) return std::nullopt;
  Part part{node->place, (base / *text).lexically_normal(), {}};
  const std::string whose = fmt::format("{} cannot come from {}", quote(key), quote(part.file.string(), 200));
  tl::expected<std::string, Unreadable> pem = read_file(part.file, largest_file + 1);
  if (!pem) {
    findings.add(node->place, fmt::format("{}: {}", whose, pem.error().what), pem.error().remedy);
    return std::nullopt;
  }
  if (pem->size() > largest_file) {
    findings.add(node->place, fmt::format("{}: the file is larger than {}", whose, show_size(largest_file)),
                 "name the right file");
    return std::nullopt;
  }
  part.pem = std::move(*pem);
  return part;
}

void warn_of_readers(const Part& key, Problems& warnings, const Findings& findings) {
  std::error_code error;
  const fs::perms rights = fs::status(key.file, error).permissions();
  if (error || (rights & fs::perms::others_read) == fs::perms::none) return;
  warnings.push_back(
      {findings.at(key.place),
       fmt::format("everybody on this machine can read the key {}", quote(key.file.string(), 200)),
       "take that right away: `chmod o-r`"});
}

}  // namespace

std::shared_ptr<const TlsIdentity> read_tls(const Node& node, const fs::path& base, Problems& warnings,
                                            Findings& findings) {
  Section section(node, "`tls`", findings);
  const Node* certificate_node = section.take("certificate");
  const Node* key_node = section.take("key");
  section.finish();
  if (section.is_map() && (certificate_node == nullptr || key_node == nullptr)) {
    findings.add(node.place,
                 fmt::format("`tls` has no `{}`", certificate_node == nullptr ? "certificate" : "key"),
                 "write {certificate: FILE, key: FILE}; both may be in one file");
  }
  const std::optional<Part> certificate = read_part(certificate_node, "certificate", base, findings);
  const std::optional<Part> key = read_part(key_node, "key", base, findings);
  if (!certificate || !key) return nullptr;

  const Result<CertificateFacts> facts = describe_certificate(certificate->pem);
  if (!facts) {
    findings.add(certificate->place, fmt::format("{} cannot be used", quote(certificate->file.string(), 200)),
                 facts.error().text);
    return nullptr;
  }
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> trial(SSL_CTX_new(TLS_server_method()),
                                                                SSL_CTX_free);
  if (const Result<void> used = use_identity(trial.get(), certificate->pem, key->pem); !used) {
    findings.add(key->place, fmt::format("{} cannot be used", quote(key->file.string(), 200)),
                 used.error().text);
    return nullptr;
  }
  warn_of_readers(*key, warnings, findings);
  if (facts->doubt) {
    warnings.push_back({findings.at(certificate->place),
                        fmt::format("clients will refuse the certificate {}: {}",
                                    quote(certificate->file.string(), 200), *facts->doubt),
                        facts->remedy});
  }
  return std::make_shared<const TlsIdentity>(
      TlsIdentity{certificate->file, key->file, certificate->pem, key->pem,
                  fmt::format("serial {}, until {}", facts->serial, facts->until), findings.at(node.place)});
}

}  // namespace wharf::config
