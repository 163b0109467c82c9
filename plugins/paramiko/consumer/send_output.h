// The way of output from the ring to one seat: as much as its page has room for, a frame at a time, so that
// a page that is far behind does not get one huge message.
#pragma once

#include <chrono>
#include <cstddef>

#include "consumer/seat.h"
#include "terminal/coalescer.h"
#include "terminal/output_reader.h"

namespace wharf_paramiko {

constexpr size_t largest_output = 64 << 10;  // bytes of one message to a page

// [worker] How long the rest should wait for more to come, so as to go out together; zero: nothing waits, or
// it waits for the page. `at_once`: let nothing wait for company.
std::chrono::milliseconds send_output(Seat& seat, terminal::OutputReader& reader,
                                      terminal::Coalescer& coalescer, bool at_once);

}  // namespace wharf_paramiko
