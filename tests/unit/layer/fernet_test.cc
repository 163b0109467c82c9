#include "layer/redis/fernet.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "vectors.h"

using namespace std::chrono_literals;
using nlohmann::json;
using wharf::Result;
using wharf::layer::redis::Fernet;
using wharf::layer::redis::UnixTime;

namespace {

constexpr UnixTime made{1700000000s};

Fernet fernet(const std::vector<std::string>& keys) {
  Result<Fernet> fernet = Fernet::make(keys);
  REQUIRE(fernet.has_value());
  return *fernet;
}

Fernet::Iv iv_of(std::string_view digits) {
  const std::string bytes = from_hex(digits);
  Fernet::Iv iv;
  REQUIRE(bytes.size() == iv.size());
  std::copy(bytes.begin(), bytes.end(), iv.begin());
  return iv;
}

std::string token_of(const Fernet& from, std::string_view plain) {
  return *from.encrypt(plain, made, iv_of("000102030405060708090a0b0c0d0e0f"));
}

}  // namespace

TEST_CASE("tokens are those of Python's cryptography") {
  size_t checked = 0;
  for (const json& vector : read_vectors("channels_redis_core.json", "encrypted")) {
    const Fernet own = fernet({vector["key"]});
    const std::string plain = from_hex(vector["plain_msgpack_hex"].get<std::string>());
    const std::string token = vector["token"];
    const UnixTime time{std::chrono::seconds(vector["time"].get<int64_t>())};
    CHECK(own.encrypt(plain, time, iv_of(vector["iv_hex"].get<std::string>())) == token);
    CHECK(own.decrypt(token, 60s, time) == plain);
    ++checked;
  }
  CHECK(checked == 3);
}

TEST_CASE("what was encrypted comes back, whatever its length, and never twice as the same token") {
  const Fernet own = fernet({"k"});
  for (size_t size = 0; size < 100; ++size) {
    const std::string plain(size, static_cast<char>(size));
    const Result<std::string> token = own.encrypt(plain);
    REQUIRE(token.has_value());
    CHECK(token->size() % 4 == 0);
    CHECK(own.decrypt(*token, 60s) == plain);
    CHECK(*own.encrypt(plain) != *token);
  }
}

TEST_CASE("the first key encrypts, every key decrypts") {
  const Fernet both = fernet({"new", "old"});
  CHECK(both.decrypt(token_of(fernet({"old"}), "x"), std::nullopt) == "x");
  CHECK(fernet({"new"}).decrypt(token_of(both, "x"), std::nullopt) == "x");
  CHECK_FALSE(fernet({"old"}).decrypt(token_of(both, "x"), std::nullopt).has_value());
  CHECK_FALSE(fernet({"other"}).decrypt(token_of(both, "x"), std::nullopt).has_value());
  CHECK_FALSE(Fernet::make({}).has_value());
}

TEST_CASE("age is checked to the second, where it is asked for") {
  const Fernet own = fernet({"k"});
  const std::string token = token_of(own, "x");
  CHECK(own.decrypt(token, 70s, made + 70s).has_value());
  CHECK_FALSE(own.decrypt(token, 70s, made + 71s).has_value());
  CHECK(own.decrypt(token, 70s, made - 60s).has_value());
  CHECK_FALSE(own.decrypt(token, 70s, made - 61s).has_value());
  CHECK(own.decrypt(token, std::nullopt, made + 1000000s).has_value());
  CHECK(own.decrypt(token, std::nullopt, made - 1000000s).has_value());
  // The last second that a token can name.
  const UnixTime end{std::chrono::seconds(std::numeric_limits<int64_t>::max())};
  const Result<std::string> last = own.encrypt("x", end, Fernet::Iv{});
  REQUIRE(last.has_value());
  CHECK_FALSE(own.decrypt(*last, 70s, made).has_value());
  CHECK(own.decrypt(*last, 70s, end).has_value());
}

TEST_CASE("a token that was cut, lengthened or changed anywhere is refused") {
  const Fernet own = fernet({"k", "l"});
  const std::string token = token_of(own, "some words");
  REQUIRE(own.decrypt(token, std::nullopt).has_value());
  for (size_t size = 0; size < token.size(); ++size) {
    CHECK_FALSE(own.decrypt(token.substr(0, size), std::nullopt).has_value());
    CHECK_FALSE(own.decrypt(token.substr(size + 1), std::nullopt).has_value());
    // The lowest bits of the letter before the padding mean nothing: bit 5 of each letter does.
    std::string changed = token;
    changed[size] = changed[size] == 'A' ? 'g' : 'A';
    CHECK_FALSE(own.decrypt(changed, std::nullopt).has_value());
    for (char stranger : {' ', '\n', '+', '/', '=', '\0', '\xff'}) {
      changed[size] = stranger;
      if (changed != token) CHECK_FALSE(own.decrypt(changed, std::nullopt).has_value());
    }
  }
  for (const char* more : {"A", "=", "====", "AAAA", " ", "\n"}) {
    CHECK_FALSE(own.decrypt(token + more, std::nullopt).has_value());
    CHECK_FALSE(own.decrypt(more + token, std::nullopt).has_value());
  }
}

TEST_CASE("a good signature does not make a token of anything") {
  // Signed with key "k" by Python's cryptography, but: no ciphertext; half a block; a block without padding.
  const Fernet own = fernet({"k"});
  for (const char* token :
       {"gAAAAABlU_EAAAAAAAAAAAAAAAAAAAAAAP64DA7mIEc4HnU63dopgTbyjxkEhXl18xQ9v2V-KLqA",
        "gAAAAABlU_EAAAAAAAAAAAAAAAAAAAAAAM4zthHNZl1KLvSTOODl-7kYiCPhAoxqKna9Cfk-mG7r7INoeGZTi4g=",
        "gAAAAABlU_EAAAAAAAAAAAAAAAAAAAAAAM4zthHNZl1KHcMyNLTWMaFqdLPPA47o1CFf2SyU2Sum_01Hs6rwv42Y1b1NnbvJFQ="
        "="}) {
    CAPTURE(token);
    CHECK_FALSE(own.decrypt(token, std::nullopt).has_value());
  }
}
