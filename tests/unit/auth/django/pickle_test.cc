#include "auth/django/pickle.h"

#include <doctest/doctest.h>

#include "vectors.h"

using namespace wharf::auth::django;

TEST_CASE("plain data is read, whatever the protocol") {
  for (const auto& vector : read_vectors("pickles.json", "good")) {
    CAPTURE(vector.at("protocol").get<int>());
    const auto values = read_pickle(from_hex(vector.at("hex").get<std::string>()));
    REQUIRE_MESSAGE(values, (values ? "" : values.error().text));
    const auto text = [&](const char* key) { return std::get<std::string>(values->at(key)); };
    const auto number = [&](const char* key) { return std::get<int64_t>(values->at(key)); };
    CHECK(text("_auth_user_id") == "1");  // and not the "2" of the dict inside
    CHECK(text("_auth_user_backend") == "b");
    CHECK(text("_auth_user_hash") == "h");
    CHECK(text("note") == "naïve 你好");
    CHECK(text("long") == std::string(300, 'z'));
    CHECK(number("_session_expiry") == 300);
    CHECK(number("i") == -5);
    CHECK(number("u") == 60000);
    CHECK(number("big") == int64_t{1} << 40);
    CHECK(number("neg") == -(int64_t{1} << 40));
    for (const char* key : {"cart", "t", "n", "b", "f", "huge", "self", "x"})
      CHECK_FALSE(values->contains(key));
  }
}

TEST_CASE("everything else is refused, by name") {
  for (const auto& vector : read_vectors("pickles.json", "bad")) {
    CAPTURE(vector.at("why").get<std::string>());
    const auto values = read_pickle(from_hex(vector.at("hex").get<std::string>()));
    REQUIRE_FALSE(values);
    CAPTURE(values.error().text);
    CHECK(values.error().text.find(vector.at("says").get<std::string>()) != std::string::npos);
  }
}

TEST_CASE("no prefix and no changed byte of a pickle does harm") {
  const std::string whole = from_hex(read_vectors("pickles.json", "good").at(3).at("hex").get<std::string>());
  for (size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(read_pickle(whole.substr(0, size)));
  for (size_t at = 0; at < whole.size(); ++at) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string changed = whole;
      changed[at] = static_cast<char>(byte);
      static_cast<void>(read_pickle(changed));
    }
  }
}

TEST_CASE("a small pickle cannot stand for much") {
  // A text of a megabyte, recalled again and again.
  std::string text = "\x80\x04X";
  text.append({'\0', '\0', '\x10', '\0'}).append(size_t{1} << 20, 'a').append("\x94");
  for (int i = 0; i < 1000; ++i) text.append("h").append(1, '\0');
  CHECK(read_pickle(text + ".").error().text.find("too much") != std::string::npos);
  CHECK(read_pickle("\x80\x04" + std::string(2'000'000, '}') + ".").error().text.find("too many") !=
        std::string::npos);
  CHECK(read_pickle("\x80\x04" + std::string(2'000'000, ']') + ".").error().text.find("too much") !=
        std::string::npos);
}
