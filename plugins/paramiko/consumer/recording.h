// The recording of one terminal, as its route wants it: from before the first byte on, or not at all.
//
// It begins when its file is there. Where the route requires it, a recording that cannot begin or go on is
// the end of the terminal, and output is read no faster than it is written. Otherwise the terminal goes on
// without it, and what came too fast for the disk is missing and marked.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "ssh/error.h"
#include "terminal/client_messages.h"
#include "terminal/config.h"
#include "terminal/recorder.h"

namespace wharf_paramiko {

// [worker] None of what it tells is told within the constructor, or after it has gone; all of it may destroy
// it.
class Recording {
 public:
  struct Told {
    std::function<void()> begun;                         // it records now, or does not and need not
    std::function<void()> room;                          // there is some again
    std::function<void(const std::string& text)> noted;  // for the log
    std::function<void(const ssh::Error& why)> failed;   // it has to be there, and is not
  };
  // `rules` outlive it. `header` is complete but for the time.
  Recording(const terminal::RouteConfig::Recording& rules, std::string stem, terminal::CastHeader header,
            terminal::Recorder::InPool in_pool, Told told);

  bool running() const { return running_; }
  // Bytes of output that may be read now.
  size_t room() const;

  void output(std::string_view bytes);
  void input(std::string_view bytes);
  void resize(const terminal::Size& size);

 private:
  using Clock = terminal::Recorder::Clock;
  void lost(const std::string& why);

  const terminal::RouteConfig::Recording& rules_;
  Told told_;
  bool running_ = false;
  terminal::Recorder recorder_;
};

}  // namespace wharf_paramiko
