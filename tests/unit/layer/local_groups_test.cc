#include "layer/local_groups.h"

#include <doctest/doctest.h>

#include <vector>

using namespace wharf::layer;

namespace {

struct Workers : Sink {
  std::vector<WorkerIndex> reached;
  WorkerIndex full = 99;

  bool to_group(WorkerIndex worker, std::string_view, const EventPtr&) override {
    reached.push_back(worker);
    return worker != full;
  }
  bool to_connection(wharf_connection, const EventPtr&) override { return true; }
};

EventPtr event() { return *Event::from_fields("e", {}); }

}  // namespace

TEST_CASE("the first to join and the last to leave are told apart") {
  Workers workers;
  LocalGroups groups(workers, 3);
  CHECK_FALSE(groups.has_members("g"));
  CHECK(groups.join(0, "g"));
  CHECK_FALSE(groups.join(2, "g"));
  CHECK(groups.has_members("g"));
  CHECK_FALSE(groups.leave(0, "g"));
  CHECK(groups.leave(2, "g"));
  CHECK_FALSE(groups.has_members("g"));
  CHECK_FALSE(groups.leave(2, "g"));
}

TEST_CASE("a worker without room does not keep the event from the others") {
  Workers workers;
  LocalGroups groups(workers, 3);
  for (WorkerIndex worker : {0u, 1u, 2u}) groups.join(worker, "g");
  CHECK(groups.deliver("g", event()) == WHARF_OK);
  workers.full = 1;
  workers.reached.clear();
  CHECK(groups.deliver("g", event()) == WHARF_FULL);
  CHECK(workers.reached == std::vector<WorkerIndex>{0, 1, 2});
  CHECK(groups.deliver("nobody", event()) == WHARF_OK);
}
