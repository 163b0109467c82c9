// The operator's door: a small HTTP server on the main thread, on an address that strangers cannot reach.
// What it is asked it answers from tables of its owner.
#pragma once

#include <uv.h>

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "server/http_answer.h"
#include "server/listener.h"

namespace wharf::cli {

// [loader] Everything; handlers are called by the loop.
class Admin {
 public:
  using Handler = std::function<server::HttpAnswer()>;
  // By method and path: "GET /status".
  using Handlers = std::map<std::string, Handler>;

  static tl::expected<std::unique_ptr<Admin>, config::Problems> listen(uv_loop_t* loop,
                                                                       const config::ListenAddress& address,
                                                                       Handlers handlers);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

 private:
  struct Visit;

  Admin(uv_loop_t* loop, Handlers handlers) : loop_(loop), handlers_(std::move(handlers)) {}
  void welcome(int fd);
  void end(Visit* visit);
  std::string answer(const std::string& head) const;

  uv_loop_t* loop_;
  Handlers handlers_;
  std::vector<std::unique_ptr<server::Listener>> listeners_;
  std::vector<std::pair<uv_poll_t*, int>> doors_;  // each freed when it has closed
  std::set<Visit*> visits_;
};

}  // namespace wharf::cli
