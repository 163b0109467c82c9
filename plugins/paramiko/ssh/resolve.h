#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "address.h"
#include "error.h"

namespace wharf_paramiko::ssh {

// [pool] Blocks for as long as the system's resolver does. E_DNS when there is no address, otherwise at least
// one.
Result<std::vector<Address>> resolve(const std::string& host, uint16_t port);

}  // namespace wharf_paramiko::ssh
