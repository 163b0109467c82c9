// Who looks at a terminal beside its owner. Each sits in a seat of its own, is as far with the output as its
// own acks say, and is moved on when it is too slow; so none of them holds up the owner, or another.
//
//   invited   the owner has asked for a token (`share`), and it is given to somebody
//   in        whoever shows it gets what the ring of output still holds, and from there on what happens
//   out       its socket goes, the owner sends it away (`kick`, which also withdraws the token), or the
//             terminal ends
//
// Viewers keep their seats while the terminal waits for its owner. What they type reaches the terminal only
// when the token was one for that.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "consumer/seat.h"
#include "consumer/shared.h"
#include "terminal/coalescer.h"
#include "terminal/output_reader.h"
#include "terminal/output_ring.h"

namespace wharf_paramiko {

// [worker] of the terminal. Nothing of the terminal is called but what `Terms` names.
class Viewers {
 public:
  struct Terms {
    std::shared_ptr<Shared> shared;
    std::string terminal;              // its id
    const terminal::OutputRing& ring;  // outlives them
    std::function<void(const std::string& message)> tell_owner;
    // Takes all of it, or none: false.
    std::function<bool(std::string_view bytes)> type;
    std::function<void(std::string_view event, const std::string& text)> audit;
  };
  explicit Viewers(Terms terms) : terms_(std::move(terms)) {}

  // --- What the owner asks. The error is E_POLICY.
  ssh::Result<void> share(const terminal::client::Share& wanted);
  ssh::Result<void> kick(const std::string& viewer);  // harmless when it has gone meanwhile
  bool empty() const { return viewers_.empty(); }
  // Who is here, to an owner that does not know.
  void tell_owner() const;

  // --- What sockets bring. `from` tells who it is; of anybody else nothing happens.
  struct Guest {
    std::unique_ptr<Seat> seat;
    std::string user;  // "": without a name
    std::string address;
    uint64_t window = 0;  // of output
  };
  // False: the token is not one for this terminal. Who finds no room is told so here.
  bool join(Guest guest, std::string_view token, terminal::server::Ready ready, const terminal::Size& size);
  void input(wharf_connection from, std::string_view bytes);
  void message(wharf_connection from, const terminal::ClientMessage& message);
  void gone(wharf_connection from);

  // --- What happens to the terminal.
  void size_is(const terminal::Size& size);
  // Sends what may be sent now. How long until there is more to send; zero when that will show.
  std::chrono::milliseconds send_out();
  // So many bytes of input wait for the remote side.
  void tell_input(uint64_t queued);
  // The last words, behind all that the ring still has for each: no viewer is left, and none is moved on
  // once more.
  void exited(const terminal::server::Exit& exit);
  void failed(const ssh::Error& why);
  void close(uint16_t code, std::string_view reason);

 private:
  using Clock = std::chrono::steady_clock;
  struct Viewer {
    std::string id;
    std::string name;
    bool writable;
    uint64_t invitation;
    terminal::SessionLimits::Place place;
    std::unique_ptr<Seat> seat;
    terminal::OutputReader reader;
    terminal::Coalescer coalescer;
    uint64_t input = 0;  // bytes that it typed, and those of them that it knows to be taken
    uint64_t input_told = 0;
  };
  using List = std::list<Viewer>;

  List::iterator at(wharf_connection from);
  void leave(List::iterator who);
  void turn_away(List::iterator who, const ssh::Error& why);
  void end(const std::function<void(Seat& seat)>& last_words);

  Terms terms_;
  List viewers_;
  uint64_t last_id_ = 0;
};

}  // namespace wharf_paramiko
