#include "layer/redis/client.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "layer/redis/uv_timer.h"

namespace wharf::layer::redis {

namespace {

constexpr uint64_t shortest_rest = 100;
constexpr uint64_t longest_rest = 5000;
constexpr uint64_t least_tick = 20;

bool is_message(const redisReply& reply) {
  return reply.type == REDIS_REPLY_ARRAY && reply.elements == 3 && text_of(*reply.element[0]) == "message" &&
         reply.element[1]->type == REDIS_REPLY_STRING && reply.element[2]->type == REDIS_REPLY_STRING;
}

}  // namespace

bool is_error(const redisReply& reply) { return reply.type == REDIS_REPLY_ERROR; }

std::string_view text_of(const redisReply& reply) {
  bool has_text = reply.type == REDIS_REPLY_STRING || reply.type == REDIS_REPLY_STATUS || is_error(reply);
  return has_text ? std::string_view(reply.str, reply.len) : std::string_view();
}

bool cannot_serve(const redisReply& reply) {
  if (!is_error(reply)) return false;
  std::string_view text = text_of(reply);
  constexpr std::string_view codes[] = {"READONLY ", "LOADING ", "MASTERDOWN ", "NOAUTH ", "UNBLOCKED "};
  return std::any_of(std::begin(codes), std::end(codes),
                     [&](std::string_view code) { return text.starts_with(code); });
}

std::string describe(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_ERROR:
    case REDIS_REPLY_STATUS:
      return std::string(text_of(reply));
    case REDIS_REPLY_STRING:
      return "a string";
    case REDIS_REPLY_ARRAY:
      return "an array";
    case REDIS_REPLY_INTEGER:
      return "an integer";
    default:
      return "nothing";
  }
}

Client::Client(uv_loop_t* loop, const config::RedisHost& host, config::Duration timeout, HostState& state,
               Handlers handlers)
    : loop_(loop),
      host_(host),
      timeout_(timeout),
      state_(state),
      handlers_(std::move(handlers)),
      clock_(make_timer(loop, this)),
      resting_(make_timer(loop, this)) {
  // After a failover one client hears of it, by chance, before the others: they ask then, too.
  if (!host_.sentinels.empty()) {
    state_.when_down([this] {
      if (ready()) ask_role();
    });
  }
  // What waits long by intention, or only listens, would find out late, and the server would pass for usable
  // meanwhile.
  state_.when_silent([this] {
    if (ready() && uv_now(loop_) >= last_reply_ + milliseconds(timeout_)) lose("it does not answer");
  });
  uint64_t tick = std::max(least_tick, milliseconds(timeout_) / 8);
  uv_timer_start(
      clock_, [](uv_timer_t* timer) { static_cast<Client*>(timer->data)->look_at_the_clock(); }, tick, tick);
  attempt();
}

Client::~Client() {
  close_timer(clock_);
  close_timer(resting_);
}

// --- Getting there.

void Client::attempt() {
  if (host_.sentinels.empty()) {
    connect(Stage::Greeting, host_.server);
  } else {
    connect(Stage::Asking, host_.sentinels[next_sentinel_]);
  }
}

void Client::connect(Stage stage, const config::RedisEndpoint& endpoint) {
  stage_ = stage;
  connected_ = false;
  connecting_since_ = uv_now(loop_);
  RespSocket::Owner& self = *this;
  socket_ = std::make_unique<RespSocket>(loop_, endpoint, self);
}

void Client::on_connected() {
  connected_ = true;
  last_reply_ = uv_now(loop_);
  if (stage_ == Stage::Asking) {
    ask_sentinel();
  } else {
    greet();
  }
}

void Client::ask_sentinel() {
  if (!host_.sentinel_password.empty()) {
    command({"AUTH", host_.sentinel_password},
            [this](const redisReply* reply) { expect_ok(reply, "the Sentinel's password"); });
  }
  command({"SENTINEL", "get-master-addr-by-name", host_.master_name},
          [this](const redisReply* reply) { sentinel_answered(reply); });
}

void Client::sentinel_answered(const redisReply* reply) {
  if (reply == nullptr) return;
  config::RedisEndpoint master;
  bool answered = reply->type == REDIS_REPLY_ARRAY && reply->elements == 2;
  if (answered) {
    master.host = text_of(*reply->element[0]);
    std::string_view port = text_of(*reply->element[1]);
    answered = !master.host.empty() &&
               std::from_chars(port.data(), port.data() + port.size(), master.port).ec == std::errc();
  }
  if (!answered) return lose(fmt::format("the Sentinel knows no master `{}`", host_.master_name));
  connect(Stage::Greeting, master);
}

void Client::greet() {
  if (!host_.password.empty()) {
    Answer checked = [this](const redisReply* reply) { expect_ok(reply, "the password"); };
    if (host_.username.empty()) {
      command({"AUTH", host_.password}, checked);
    } else {
      command({"AUTH", host_.username, host_.password}, checked);
    }
  }
  if (host_.database != 0) {
    command({"SELECT", std::to_string(host_.database)},
            [this](const redisReply* reply) { expect_ok(reply, "the database"); });
  }
  if (!host_.sentinels.empty()) {
    // A Sentinel may name a server that is no master any more, or not yet.
    command({"ROLE"}, [this](const redisReply* reply) {
      if (reply == nullptr) return;
      bool master =
          reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 && text_of(*reply->element[0]) == "master";
      if (!master) lose("the server that the Sentinel names is no master");
    });
  }
  command({"PING"}, [this](const redisReply* reply) {
    if (reply == nullptr) return;
    if (is_error(*reply)) return lose(describe(*reply));
    if (text_of(*reply) != "PONG") return lose(fmt::format("it answers PING with {}", describe(*reply)));
    become_ready();
  });
}

void Client::ask_role() {
  command({"ROLE"}, [this](const redisReply* reply) {
    if (reply == nullptr) return;
    bool master =
        reply->type == REDIS_REPLY_ARRAY && reply->elements > 0 && text_of(*reply->element[0]) == "master";
    if (!master) lose("the server that the Sentinel names is no master");
  });
}

void Client::expect_ok(const redisReply* reply, std::string_view what) {
  if (reply != nullptr && is_error(*reply)) lose(fmt::format("it refuses {}: {}", what, describe(*reply)));
}

void Client::become_ready() {
  stage_ = Stage::Ready;
  failures_ = 0;
  state_.up();
  handlers_.ready();
}

// --- Being there.

void Client::command(std::span<const std::string_view> words, Answer answer, config::Duration patience) {
  waiting_.push_back({std::move(answer), uv_now(loop_) + milliseconds(timeout_ + patience)});
  socket_->send(words);
}

void Client::on_reply(const redisReply& reply) {
  last_reply_ = uv_now(loop_);
  if (is_message(reply) && handlers_.message != nullptr) {
    handlers_.message(text_of(*reply.element[1]), text_of(*reply.element[2]));
    return;
  }
  if (waiting_.empty()) return lose("it answered what nobody had asked");
  const RespSocket* socket = socket_.get();
  Answer answer = std::move(waiting_.front().answer);
  waiting_.pop_front();
  answer(&reply);
  if (socket_.get() == socket && cannot_serve(reply)) lose(describe(reply));
}

void Client::look_at_the_clock() {
  if (stage_ == Stage::Resting) return;
  const uint64_t now = uv_now(loop_);
  const uint64_t timeout = milliseconds(timeout_);
  if (!connected_) {
    if (now >= connecting_since_ + timeout) lose("it cannot be reached in time");
    return;
  }
  if (!waiting_.empty()) {
    if (now < waiting_.front().deadline) return;
    lose("it does not answer");
    state_.silent();
    return;
  }
  if (now >= last_reply_ + timeout) command({"PING"}, [](const redisReply*) {});
}

// --- Losing it.

void Client::on_closed(const std::string& why) { lose(why); }

void Client::lose(const std::string& why) {
  const bool was_ready = stage_ == Stage::Ready;
  stage_ = Stage::Resting;
  socket_.reset();
  if (!host_.sentinels.empty()) next_sentinel_ = (next_sentinel_ + 1) % host_.sentinels.size();
  ++failures_;
  state_.down(why, was_ready);
  std::deque<Waiting> unanswered;
  std::swap(unanswered, waiting_);
  for (const Waiting& each : unanswered) each.answer(nullptr);
  if (was_ready) handlers_.lost();
  rest();
}

void Client::rest() {
  uint64_t longest = std::min(longest_rest, shortest_rest << std::min(failures_, 10u));
  uint64_t time = std::uniform_int_distribution<uint64_t>(longest / 2, longest)(random_);
  uv_timer_start(
      resting_, [](uv_timer_t* timer) { static_cast<Client*>(timer->data)->attempt(); }, time, 0);
}

}  // namespace wharf::layer::redis
