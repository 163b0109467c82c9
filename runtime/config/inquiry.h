// The keys that all methods of `auth:` have that ask somebody: `connections`, `timeout`, `remember`,
// `unavailable`.
#pragma once

#include "config/findings.h"
#include "config/inquiry_limits.h"
#include "config/section.h"

namespace wharf::config {

// [loader] What is not there stays as it is in `limits`.
void take_inquiry_limits(Section& section, InquiryLimits& limits, Findings& findings);

}  // namespace wharf::config
