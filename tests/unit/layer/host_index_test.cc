#include "layer/redis/host_index.h"

#include <doctest/doctest.h>

#include <string>

#include "vectors.h"

using nlohmann::json;
using wharf::layer::redis::host_index;

TEST_CASE("every recorded name is on the recorded host") {
  size_t checked = 0;
  for (const json& vector : read_vectors("consistent_hash.json", "vectors")) {
    const std::string name = vector["name"];
    CAPTURE(name);
    for (const auto& [hosts, index] : vector["index"].items()) {
      CHECK(host_index(name, std::stoul(hosts)) == index.get<size_t>());
      ++checked;
    }
  }
  CHECK(checked == 107 * 12);
}

TEST_CASE("where integers would disagree, the peers' floating point counts") {
  // Its CRC-32 ends with 0x800.
  const std::string name = "middle-3775";
  size_t checked = 0;
  for (const json& vector : read_vectors("consistent_hash.json", "float_differs_from_integer_form")) {
    CHECK(vector["low12"] == 2048);
    CHECK(host_index(name, vector["hosts"].get<size_t>()) == vector["float"].get<size_t>());
    ++checked;
  }
  CHECK(checked == 5);
}

TEST_CASE("the index is always one of the hosts") {
  for (size_t hosts = 1; hosts <= 300; ++hosts) {
    for (int i = 0; i < 100; ++i) REQUIRE(host_index("name-" + std::to_string(i), hosts) < hosts);
    REQUIRE(host_index("", hosts) == 0);
  }
}
