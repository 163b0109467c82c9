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
// How often a page that cannot say that it has room is asked.
constexpr std::chrono::milliseconds look_again{10};

// [worker] When to call it for the rest: after a while, so that it goes out together with what comes, or when
// the seat may have room again. Zero: nothing waits, or it waits for an ack. `at_once`: let nothing wait for
// company.
std::chrono::milliseconds send_output(Seat& seat, terminal::OutputReader& reader,
                                      terminal::Coalescer& coalescer, bool at_once);

}  // namespace wharf_paramiko
