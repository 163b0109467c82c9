#include "plugin/entry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "plugin/image.h"
#include "telemetry/log.h"

namespace wharf::plugin {

namespace {

constexpr size_t most_subprotocols = 64;
constexpr size_t longest_text = 256;

// A character of an HTTP token (RFC 9110, section 5.6.2).
bool is_token_character(char c) {
  const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return alphanumeric || (c != '\0' && std::strchr("!#$%&'*+-.^_`|~", c) != nullptr);
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= longest_text &&
         std::all_of(text.begin(), text.end(), is_token_character);
}

bool is_one_line(const char* text) {
  const size_t length = strnlen(text, longest_text + 1);
  return length > 0 && length <= longest_text && std::none_of(text, text + length, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

Result<void> check_texts(const wharf_consumer& consumer) {
  if (consumer.name == nullptr || !is_one_line(consumer.name)) {
    return failure("its `name` is missing: name it like its file, without .so");
  }
  if (consumer.version == nullptr || !is_one_line(consumer.version)) {
    return failure("its `version` is missing: give it one, \"1.0.0\" for example");
  }
  if (consumer.summary != nullptr && !is_one_line(consumer.summary)) {
    return failure(fmt::format("its `summary` is not one line of at most {} bytes", longest_text));
  }
  return {};
}

Result<void> check_callbacks(const wharf_consumer& consumer) {
  if (consumer.create == nullptr) {
    return failure("its `create` callback is NULL: it is the one callback that a consumer must have");
  }
  return {};
}

Result<std::vector<std::string_view>> read_subprotocols(const char* const* list) {
  std::vector<std::string_view> subprotocols;
  for (; list != nullptr && *list != nullptr; ++list) {
    if (subprotocols.size() == most_subprotocols) {
      return failure(
          fmt::format("it lists more than {} subprotocols: end the list with NULL", most_subprotocols));
    }
    const std::string_view name(*list, strnlen(*list, longest_text + 1));
    if (!is_token(name)) {
      return failure(
          fmt::format("its subprotocol `{}` is not an HTTP token: use letters, digits and !#$%&'*+-.^_`|~",
                      telemetry::printable(name)));
    }
    if (std::find(subprotocols.begin(), subprotocols.end(), name) != subprotocols.end()) {
      return failure(fmt::format("it lists the subprotocol `{}` twice", name));
    }
    subprotocols.push_back(name);
  }
  return subprotocols;
}

}  // namespace

Result<std::vector<std::string_view>> check_entry(const wharf_consumer& consumer) {
  // Once more, since constructors have run by now.
  const Result<void> abi = check_abi({consumer.magic, consumer.abi_major, consumer.abi_minor, consumer.size});
  for (const Result<void>& check : {abi, check_texts(consumer), check_callbacks(consumer)}) {
    if (!check) return tl::make_unexpected(check.error());
  }
  return read_subprotocols(consumer.subprotocols);
}

}  // namespace wharf::plugin
