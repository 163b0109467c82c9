#include "layer/redis/names.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "vectors.h"

using namespace wharf::layer::redis;
using nlohmann::json;

namespace {

const std::string process = "7ae6b60966414dbd8f5aa5096a93d4c7";
const std::string other_process = "7ae6b60966414dbe8f5aa5096a93d4c7";

}  // namespace

TEST_CASE("keys are where channels_redis looks for them") {
  size_t checked = 0;
  for (const json& vector : read_vectors("channels_redis_core.json", "group_keys")) {
    const Names names(process, vector["prefix"]);
    CHECK(names.group_key(vector["group"].get<std::string>()) == vector["key"]);
    ++checked;
  }
  for (const json& vector : read_vectors("channels_redis_core.json", "channel_keys")) {
    const Names names(process, vector["prefix"]);
    CHECK(names.queue_key(vector["channel"].get<std::string>()) == vector["key"]);
    ++checked;
  }
  for (const json& vector : read_vectors("channels_redis_pubsub.json", "group_channels")) {
    const Names names(process, vector["prefix"]);
    CHECK(names.group_subscription(vector["group"].get<std::string>()) == vector["redis_channel"]);
    ++checked;
  }
  CHECK(checked == 11);
  const Names names(process);
  CHECK(names.own_part() == "specific." + process + "!");
  CHECK(names.queue_key(names.own_part()) == "asgi" + names.own_part());
  CHECK(names.channel_subscription("specific." + process) == "asgispecific." + process);
  CHECK(names.group_key(std::string("a\0 @{}\xff", 7)) == std::string("asgi:group:a\0 @{}\xff", 18));
}

TEST_CASE("a channel name is what Django takes for one, in ASCII") {
  // Django's pattern lets these through as well; nobody has such names.
  const std::set<std::string> django_alone = {"alice\n", "١٢", "a!é"};
  size_t checked = 0;
  for (const json& vector : read_vectors("channels_redis_core.json", "names")) {
    const std::string name = vector["name"];
    CAPTURE(name);
    CHECK(is_channel(name) == (vector["channel"].get<bool>() && !django_alone.contains(name)));
    ++checked;
  }
  CHECK(checked == 22);
  CHECK(is_channel("a!" + std::string(97, 'x')));
  CHECK_FALSE(is_channel("a!" + std::string(98, 'x')));
  CHECK_FALSE(is_channel("!"));
  CHECK_FALSE(is_channel("a!b c"));
  CHECK_FALSE(is_channel(std::string("a\0", 2)));
}

TEST_CASE("the part of a name that is not local") {
  CHECK(non_local("specific.x!y") == "specific.x!");
  CHECK(non_local("a!b!c") == "a!");
  CHECK(non_local("worker-jobs") == "worker-jobs");
  CHECK(non_local("") == "");
}

TEST_CASE("the name of a connection leads back to it, in its own process and flavour only") {
  const Names names(process);
  const Names other(other_process);
  for (wharf_connection connection :
       {wharf_connection{1}, wharf_connection{0x123456789abcdef0u}, ~wharf_connection{0}}) {
    const std::string core = names.core_channel(connection);
    CHECK(core.size() == 58);
    CHECK(is_channel(core));
    CHECK(names.core_connection(core) == connection);
    CHECK_FALSE(other.core_connection(core).has_value());
    CHECK_FALSE(names.pubsub_connection(core).has_value());
    CHECK_FALSE(names.group_number(core).has_value());

    const std::string pubsub = names.pubsub_channel(connection);
    CHECK(pubsub.size() == 41);
    CHECK(is_channel(pubsub));
    CHECK(names.pubsub_connection(pubsub) == connection);
    CHECK_FALSE(other.pubsub_connection(pubsub).has_value());
    CHECK_FALSE(names.core_connection(pubsub).has_value());
  }
  CHECK(names.core_channel(0x2au) == "specific." + process + "!000000000000002a");
  CHECK(names.pubsub_channel(0x2au) == "specific.7ae6b60966414dbd000000000000002a");
  for (const char* digits :
       {"", "!", "!2a", "!000000000000002", "!000000000000002g", "!00000000000000002a", "!000000000000002a ",
        "!0000000000000000", "!-00000000000002a", "!0x0000000000002a"}) {
    CAPTURE(digits);
    CHECK_FALSE(names.core_connection("specific." + process + digits).has_value());
  }
  for (const char* name :
       {"", "specific.7ae6b60966414dbd0000000000000000", "specific.7ae6b60966414dbd00000000000002a",
        "specific.7ae6b60966414dbd00000000000000zz"}) {
    CHECK_FALSE(names.pubsub_connection(name).has_value());
  }
}

TEST_CASE("the member of a group leads back to its number") {
  const Names names(process);
  for (uint64_t number : {uint64_t{0}, uint64_t{1}, uint64_t{0xabcdef}, ~uint64_t{0}}) {
    const std::string member = names.group_member(number);
    CHECK(is_channel(member));
    CHECK(names.group_number(member) == number);
    CHECK_FALSE(names.core_connection(member).has_value());
    CHECK_FALSE(Names(other_process).group_number(member).has_value());
  }
  CHECK(names.group_member(0x2a) == "specific." + process + "!g2a");
  for (const char* local : {"", "g", "gg", "g ", "g2a ", "g-1", "g10000000000000000", "2a"}) {
    CAPTURE(local);
    CHECK_FALSE(names.group_number(names.own_part() + local).has_value());
  }
}

TEST_CASE("each process has digits of its own") {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string digits = random_process();
    CHECK(digits.size() == 32);
    CHECK(digits.find_first_not_of("0123456789abcdef") == std::string::npos);
    seen.insert(digits);
  }
  CHECK(seen.size() == 100);
}
