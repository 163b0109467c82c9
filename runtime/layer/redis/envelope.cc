#include "layer/redis/envelope.h"

#include <msgpack.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

namespace wharf::layer::redis {

namespace {

constexpr const char* channel_key = "__asgi_channel__";
constexpr size_t random_size = 12;
constexpr std::chrono::seconds granted{10};

std::string_view view(wharf_bytes bytes) { return {bytes.data, bytes.size}; }

// The rare event that has the key already: ours replaces it.
std::string without_channel(std::string_view packed) {
  std::vector<PackedEntry> entries = *read_map(packed);
  std::erase_if(entries, [](const PackedEntry& entry) { return entry.key == channel_key; });
  return write_map(entries);
}

std::string packed_of(const Event& event) {
  const std::string_view packed = view(event.msgpack);
  return event.has(&event, channel_key) != 0 ? without_channel(packed) : std::string(packed);
}

// The map with one more entry at its end. Only the head is written again.
template <class Channels>
std::string with_channel(const Event& event, const Channels& channels) {
  const std::string packed = packed_of(event);
  const MapHead head = *read_map_head(packed);
  PackedText text;
  msgpack::packer<PackedText> packer(text);
  packer.pack_map(head.entries + 1);
  text.bytes.append(packed, head.size);
  packer.pack(channel_key);
  packer.pack(channels);
  return std::move(text.bytes);
}

Result<std::vector<std::string>> read_channels(const PackedEntry& entry) {
  if (entry.kind == ValueKind::Text) return std::vector<std::string>{std::string(entry.content)};
  // read_map() has seen that the value is whole.
  const msgpack::object_handle handle = msgpack::unpack(entry.value.data(), entry.value.size());
  const msgpack::object& value = handle.get();
  const auto is_text = [](const msgpack::object& name) { return name.type == msgpack::type::STR; };
  if (value.type != msgpack::type::ARRAY ||
      !std::all_of(value.via.array.ptr, value.via.array.ptr + value.via.array.size, is_text))
    return failure("__asgi_channel__ is a text or a list of texts");
  return value.as<std::vector<std::string>>();
}

}  // namespace

Envelope::Envelope(std::chrono::seconds expiry, std::optional<Fernet> fernet)
    : expiry_(expiry), fernet_(std::move(fernet)) {
  std::random_device seed;
  random_.seed(uint64_t{seed()} << 32 | seed());
}

Result<std::string> Envelope::encode(const Event& event, std::string_view channel) {
  const bool is_local = channel.find('!') != std::string_view::npos;
  return wrap(is_local ? with_channel(event, channel) : packed_of(event));
}

Result<std::string> Envelope::encode(const Event& event, std::span<const std::string> channels) {
  return wrap(with_channel(event, std::vector<std::string_view>(channels.begin(), channels.end())));
}

Result<Message> Envelope::decode(std::string_view member) const {
  if (member.size() < random_size) return failure("the message is shorter than its 12 random bytes");
  const Result<std::string> packed = open(member.substr(random_size), expiry_ + granted);
  if (!packed) return tl::make_unexpected(packed.error());
  Result<std::vector<PackedEntry>> entries = read_map(*packed);
  if (!entries) return tl::make_unexpected(entries.error());
  Message message;
  for (const PackedEntry& entry : *entries) {
    if (entry.key != channel_key) continue;
    // A later entry of the same key wins, as in Python's dict.
    Result<std::vector<std::string>> channels = read_channels(entry);
    if (!channels) return tl::make_unexpected(channels.error());
    message.channels = std::move(*channels);
  }
  std::erase_if(*entries, [](const PackedEntry& entry) { return entry.key == channel_key; });
  Result<EventPtr> event = Event::from_entries(*entries);
  if (!event) return tl::make_unexpected(event.error());
  message.event = std::move(*event);
  return message;
}

Result<std::string> Envelope::encode_plain(const Event& event) const {
  return seal(std::string(view(event.msgpack)));
}

Result<EventPtr> Envelope::decode_plain(std::string_view payload) const {
  const Result<std::string> packed = open(payload, std::nullopt);
  if (!packed) return tl::make_unexpected(packed.error());
  return Event::from_msgpack(*packed);
}

Result<std::string> Envelope::wrap(std::string packed) {
  const uint64_t numbers[] = {random_(), random_()};
  std::string random(random_size, '\0');
  std::memcpy(random.data(), numbers, random_size);
  Result<std::string> sealed = seal(std::move(packed));
  if (!sealed) return sealed;
  return random + *sealed;
}

Result<std::string> Envelope::seal(std::string packed) const {
  if (!fernet_) return packed;
  return fernet_->encrypt(packed);
}

Result<std::string> Envelope::open(std::string_view sealed,
                                   std::optional<std::chrono::seconds> oldest) const {
  if (fernet_) return fernet_->decrypt(sealed, oldest);
  // No map begins with these, and every Fernet token does.
  if (sealed.starts_with("gAAAA")) return failure("the message is encrypted, and no keys are configured");
  return std::string(sealed);
}

}  // namespace wharf::layer::redis
