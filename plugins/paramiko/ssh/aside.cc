#include "aside.h"

#include <utility>

namespace wharf_paramiko::ssh {

Aside::Aside(Loop& loop, std::function<void()> work, std::function<void()> done)
    : done_(std::move(done)),
      self_(std::make_shared<Aside*>(this)),
      thread_([&loop, work = std::move(work), weak = std::weak_ptr<Aside*>(self_)] {
        work();
        loop.post([weak] {
          const std::shared_ptr<Aside*> self = weak.lock();
          if (!self) return;
          (*self)->thread_.join();
          const std::function<void()> finished = std::move((*self)->done_);
          finished();
        });
      }) {}

Aside::~Aside() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace wharf_paramiko::ssh
