// Certificates that exist for one test.
#pragma once

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace wharf::config {

struct Pair {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

// Self-signed, valid from one time to another, in seconds from now. The key is of the curve P-256, or RSA of
// so many bits; it is encrypted with `passphrase`, if there is one.
inline Pair make_pair_of_pem(long from, long to, int serial = 1, unsigned rsa_bits = 0,
                             const char* passphrase = nullptr) {
  const std::shared_ptr<EVP_PKEY> key(rsa_bits == 0 ? EVP_EC_gen("P-256") : EVP_RSA_gen(rsa_bits),
                                      EVP_PKEY_free);
  const std::shared_ptr<X509> certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), to);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("wharf.test"),
                             -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_set_pubkey(certificate.get(), key.get());
  REQUIRE(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);

  const auto text_of = [](BIO* bio) {
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(bio, &bytes);
    return std::string(bytes, static_cast<size_t>(size));
  };
  const std::shared_ptr<BIO> certificate_pem(BIO_new(BIO_s_mem()), BIO_free);
  const std::shared_ptr<BIO> key_pem(BIO_new(BIO_s_mem()), BIO_free);
  REQUIRE(PEM_write_bio_X509(certificate_pem.get(), certificate.get()) == 1);
  // The passphrase is only read.
  REQUIRE(PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(),
                                        passphrase == nullptr ? nullptr : EVP_aes_256_cbc(), nullptr, 0,
                                        nullptr, const_cast<char*>(passphrase)) == 1);
  return {text_of(certificate_pem.get()), text_of(key_pem.get())};
}

inline Pair good_pair(int serial = 1) { return make_pair_of_pem(-3600, 86400, serial); }

}  // namespace wharf::config
