// What the operator's door answers.
#pragma once

#include "cli/admin.h"
#include "cli/reloader.h"
#include "server/server.h"

namespace wharf::cli {

// GET /health   200 while the process turns its loop
// GET /ready    200, or 503 while events do not get through
// GET /status   what is served, as JSON
// GET /diff     what a reload would change
// POST /reload  takes up changes; 409 when they are refused
//
// [loader] The arguments outlive the answers. `reload` does what a change of a file does.
Admin::Handlers admin_answers(server::Server& server, Reloader& reloader,
                              std::function<Reloader::Outcome()> reload);

}  // namespace wharf::cli
