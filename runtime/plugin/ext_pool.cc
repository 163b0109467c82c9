#include "plugin/ext_pool.h"

#include "plugin/host_call.h"

namespace wharf::plugin {

namespace {

wharf_result submit(const wharf_host* host, const wharf_job* job) noexcept {
  HostContext& context = HostContext::of(host);
  const char* complaint = nullptr;
  if (job == nullptr) {
    complaint = "the job is NULL";
  } else if (job->size < sizeof(wharf_job)) {
    complaint = "the size of the job is too small: set it to sizeof(wharf_job)";
  } else if (job->run == nullptr || job->done == nullptr) {
    complaint = "`run` and `done` are mandatory";
  }
  if (complaint != nullptr) return refuse_call(context, "wharf.pool submit", 0, complaint);
  return guarded(WHARF_FULL, [&] { return context.jobs.submit(context, *job); });
}

}  // namespace

const wharf_pool* pool_table() {
  static constexpr wharf_pool table = {sizeof(wharf_pool), 0, submit};
  return &table;
}

}  // namespace wharf::plugin
