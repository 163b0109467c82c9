#include "auth/django/signed_value.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include "auth/django/digest.h"
#include "auth/django/inflate.h"
#include "auth/django/session.h"
#include "vectors.h"

using namespace wharf::auth::django;

namespace {

std::string sign(const std::string& text, const std::string& salt, const std::string& secret) {
  return text + ":" + to_base64url(bytes_of(salted_hmac(salt + "signer", text, secret)));
}

std::string deflate_zeros(size_t size) {
  const std::string text(size, '0');
  std::string packed(compressBound(size), '\0');
  uLongf packed_size = packed.size();
  compress2(reinterpret_cast<Bytef*>(packed.data()), &packed_size,
            reinterpret_cast<const Bytef*>(text.data()), size, 9);
  packed.resize(packed_size);
  return packed;
}

const std::string salt(stored_session_salt);

}  // namespace

TEST_CASE("what Django has signed is read") {
  size_t count = 0;
  for (const auto& vector : read_vectors("sessions.json", "good")) {
    const std::string value = vector.at("value");
    CAPTURE(value);
    const auto signed_value = unsign(value, vector.at("salt").get<std::string>(), {vector.at("secret")});
    REQUIRE(signed_value);
    CHECK(signed_value->signed_at == vector.at("signed_at").get<int64_t>());
    CHECK(signed_value->json == vector.at("json").get<std::string>());
    CHECK(nlohmann::json::parse(signed_value->json) == vector.at("session"));
    ++count;
  }
  CHECK(count >= 60);
}

TEST_CASE("what nobody with the key has signed is refused") {
  for (const auto& vector : read_vectors("sessions.json", "bad")) {
    CAPTURE(vector.at("why").get<std::string>());
    CHECK_FALSE(unsign(vector.at("value").get<std::string>(), vector.at("salt").get<std::string>(),
                       {vector.at("secret")}));
  }
  // Of one purpose, not of the other.
  for (const auto& vector : read_vectors("sessions.json", "good")) {
    const bool stored = vector.at("salt") == stored_session_salt;
    CHECK_FALSE(unsign(vector.at("value").get<std::string>(),
                       stored ? cookie_session_salt : stored_session_salt, {vector.at("secret")}));
    CHECK_FALSE(
        unsign(vector.at("value").get<std::string>(), vector.at("salt").get<std::string>(), {"another"}));
    CHECK_FALSE(unsign(vector.at("value").get<std::string>(), vector.at("salt").get<std::string>(), {}));
  }
}

TEST_CASE("a rotated key signs no more, and is believed as a fallback") {
  const std::string value = sign("e30:z", salt, "old");
  CHECK_FALSE(unsign(value, salt, {"new"}));
  CHECK(unsign(value, salt, {"new", "older", "old"}));
}

TEST_CASE("what is signed and makes no sense is refused") {
  CHECK(unsign(sign("e30:z", salt, "k"), salt, {"k"})->json == "{}");
  CHECK(unsign(sign("e30:-1", salt, "k"), salt, {"k"})->signed_at == -1);
  for (const char* text :
       {"e30", ":z", "e:z", "e3=:z", "e30:", "e30:-", "e30:!", "e30:zzzzzzzzzzz", ".e30:z"}) {
    CAPTURE(text);
    const auto value = unsign(sign(text, salt, "k"), salt, {"k"});
    if (value) CHECK(value->json.empty());  // ":z" is an empty payload, and no JSON
  }
}

TEST_CASE("a few bytes that stand for gigabytes are refused") {
  const std::string within = deflate_zeros(largest_session);
  const std::string beyond = deflate_zeros(largest_session + 1);
  CHECK(inflate(within, largest_session)->size() == largest_session);
  CHECK_FALSE(inflate(beyond, largest_session));
  CHECK_FALSE(
      inflate(within.substr(0, within.size() - 1), largest_session));  // without the end of its checksum
  CHECK_FALSE(inflate("", 10));
  const std::string value = sign("." + to_base64url(beyond) + ":z", salt, "k");
  CHECK(value.size() < 10'000);
  CHECK_FALSE(unsign(value, salt, {"k"}));
}

TEST_CASE("base64url has no padding and no other letters") {
  for (const char* text : {"", "a", "ab", "abc", "abcd", "\xff\xfe\xfb"}) {
    CHECK(from_base64url(to_base64url(text)) == text);
  }
  for (const char* text : {"a", "YQ==", "YW+i", "YW i", "YWJ\n"}) CHECK_FALSE(from_base64url(text));
}
