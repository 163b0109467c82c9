#include "layer/redis/queue_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "layer/redis/clock.h"
#include "layer/redis/uv_timer.h"

namespace wharf::layer::redis {

namespace {

constexpr uint64_t longest_pause = 32;
// What one command carries: Redis serves nobody else meanwhile.
constexpr size_t bytes_at_once = 1 << 20;
constexpr size_t bytes_of_a_lane = bytes_at_once / 4;

// For each queue: takes as many of the messages as there is room for. Answers how many those were. In one
// step, so that two senders cannot both see the last free place.
//
// The sweep of what has expired is a command of its own: a script that has written something is let write on
// by a Redis that is out of memory.
//
// ARGV: the capacity, the expiry; then for each queue the number of its messages, and for each of these its
// score and itself.
constexpr std::string_view script = R"(
local taken = {}
local at = 3
for i, queue in ipairs(KEYS) do
  local count = tonumber(ARGV[at])
  local room = math.max(0, math.min(count, tonumber(ARGV[1]) - redis.call('ZCARD', queue)))
  for message = 1, room do
    redis.call('ZADD', queue, ARGV[at + 2 * message - 1], ARGV[at + 2 * message])
  end
  if room > 0 then redis.call('PEXPIRE', queue, ARGV[2]) end
  taken[i] = room
  at = at + 1 + 2 * count
end
return taken
)";

}  // namespace

QueueWriter::QueueWriter(uv_loop_t* loop, const config::ChannelLayer& settings, Client& client,
                         HostState& state, Scores& scores, Drops& drops)
    : loop_(loop),
      settings_(settings),
      client_(client),
      state_(state),
      scores_(scores),
      drops_(drops),
      pause_(make_timer(loop, this)) {}

QueueWriter::~QueueWriter() { close_timer(pause_); }

void QueueWriter::put(const std::string& queue, Message message) {
  lanes_[queue].messages.push_back(std::move(message));
  if (!under_way_ && !uv_is_active(reinterpret_cast<uv_handle_t*>(pause_))) flush();
}

void QueueWriter::flush() {
  if (!client_.ready()) return written({}, nullptr);
  std::vector<std::string> queues;
  std::deque<std::string> numbers;  // where views into it stay valid
  std::vector<std::string_view> arguments;
  size_t bytes = 0;
  for (auto& [queue, lane] : lanes_) {
    if (lane.messages.empty()) continue;
    if (bytes >= bytes_at_once) break;
    queues.push_back(queue);
    const size_t count_at = arguments.size();
    arguments.emplace_back();
    const size_t enough = bytes + bytes_of_a_lane;
    while (lane.sent < lane.messages.size() && lane.sent < settings_.capacity && bytes < enough) {
      const Message& message = lane.messages[lane.sent++];
      bytes += message.bytes.size();
      arguments.push_back(numbers.emplace_back(scores_.next()));
      arguments.push_back(message.bytes);
    }
    arguments[count_at] = numbers.emplace_back(std::to_string(lane.sent));
  }
  const std::string number = std::to_string(queues.size());
  const std::string oldest = unix_seconds(settings_.expiry);
  const std::string capacity = std::to_string(settings_.capacity);
  const std::string expiry = std::to_string(settings_.expiry.count());
  std::vector<std::string_view> words{"EVAL", script, number};
  words.insert(words.end(), queues.begin(), queues.end());
  words.insert(words.end(), {capacity, expiry});
  words.insert(words.end(), arguments.begin(), arguments.end());
  under_way_ = true;
  for (const std::string& queue : queues) {
    client_.command({"ZREMRANGEBYSCORE", queue, "0", oldest}, [](const redisReply*) {});
  }
  client_.command(words, [this, queues](const redisReply* reply) { written(queues, reply); });
}

void QueueWriter::written(const std::vector<std::string>& queues, const redisReply* reply) {
  under_way_ = false;
  const bool answered =
      reply != nullptr && reply->type == REDIS_REPLY_ARRAY && reply->elements == queues.size();
  if (!answered) {
    const Reason reason = reply == nullptr ? Reason::ConnectionLost : Reason::Refused;
    if (reply != nullptr && is_error(*reply)) state_.refuses();
    for (auto& [queue, lane] : std::exchange(lanes_, {})) {
      lose(lane, lane.messages.size(), reason, reply == nullptr ? "" : describe(*reply));
    }
    return;
  }
  bool all_full = true;
  for (size_t i = 0; i < queues.size(); ++i) {
    Lane& lane = lanes_.at(queues[i]);
    const redisReply& taken = *reply->element[i];
    const size_t count = taken.type == REDIS_REPLY_INTEGER ? static_cast<size_t>(taken.integer) : 0;
    if (made_room(lane, std::min(count, lane.sent))) all_full = false;
  }
  // A queue that was given up is remembered as long as its messages live, so that it is not waited for anew.
  const uint64_t forgotten = uv_now(loop_) - static_cast<uint64_t>(settings_.expiry.count());
  std::erase_if(lanes_, [forgotten](const Lanes::value_type& entry) {
    const Lane& lane = entry.second;
    return lane.messages.empty() && (!lane.given_up || lane.full_since < forgotten);
  });
  if (!all_full) pause_milliseconds_ = 0;
  const bool more = std::any_of(lanes_.begin(), lanes_.end(),
                                [](const Lanes::value_type& lane) { return !lane.second.messages.empty(); });
  if (!more) return;
  if (all_full) {
    try_again_soon();
  } else {
    flush();
  }
}

// Whether the queue has taken anything.
bool QueueWriter::made_room(Lane& lane, size_t taken) {
  lane.messages.erase(lane.messages.begin(), lane.messages.begin() + static_cast<std::ptrdiff_t>(taken));
  const size_t refused = lane.sent - taken;
  lane.sent = 0;
  if (refused == 0 || taken > 0) {
    lane.full_since = 0;
    lane.given_up = false;
    return true;
  }
  if (lane.full_since == 0) lane.full_since = uv_now(loop_);
  const uint64_t longest_wait = static_cast<uint64_t>(settings_.full_queue.count());
  if (lane.given_up || uv_now(loop_) >= lane.full_since + longest_wait) {
    lane.given_up = true;
    lose(lane, lane.messages.size(), Reason::OverCapacity, "");
  }
  return false;
}

void QueueWriter::lose(Lane& lane, size_t count, Reason reason, std::string_view why) {
  if (count == 0) return;
  const std::string& what = lane.messages.front().what;
  drops_.count(reason, why.empty() ? what : fmt::format("{}: {}", what, why), count);
  lane.messages.erase(lane.messages.begin(), lane.messages.begin() + static_cast<std::ptrdiff_t>(count));
  lane.sent = 0;
}

void QueueWriter::try_again_soon() {
  pause_milliseconds_ = std::clamp<uint64_t>(2 * pause_milliseconds_, 1, longest_pause);
  uv_timer_start(
      pause_, [](uv_timer_t* timer) { static_cast<QueueWriter*>(timer->data)->flush(); }, pause_milliseconds_,
      0);
}

}  // namespace wharf::layer::redis
