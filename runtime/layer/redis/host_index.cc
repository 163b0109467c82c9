#include "layer/redis/host_index.h"

#include <boost/crc.hpp>

namespace wharf::layer::redis {

size_t host_index(std::string_view name, size_t hosts) {
  if (hosts == 1) return 0;
  boost::crc_32_type crc;
  crc.process_bytes(name.data(), name.size());
  // In floating point, as the peers do it: for 186 hosts, for example, integers would sometimes disagree.
  const double slice = 4096.0 / static_cast<double>(hosts);
  return static_cast<size_t>((crc.checksum() & 0xfff) / slice);
}

}  // namespace wharf::layer::redis
