#include "server/send_batch.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace wharf::server {

namespace {

// Eight bytes of the kernel each, whoever uses them.
constexpr rlim_t most_places = 1 << 16;

unsigned affordable_places() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<unsigned>(std::min(limit.rlim_cur, most_places));
}

}  // namespace

SendBatch::~SendBatch() { close(); }

bool SendBatch::open() {
  io_uring_params parameters{};
  // One thread submits, and takes the results when it has submitted.
  parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_COOP_TASKRUN;
  if (io_uring_queue_init_params(most, &ring_, &parameters) != 0) return false;
  open_ = true;
  const unsigned places = affordable_places();
  if (io_uring_register_files_sparse(&ring_, places) == 0) places_ = static_cast<Place>(places);
  return true;
}

void SendBatch::close() {
  if (open_) io_uring_queue_exit(&ring_);
  open_ = false;
}

SendBatch::Place SendBatch::enter(int descriptor) {
  if (free_.empty() && used_ == places_) return no_place;
  const Place place = free_.empty() ? used_ : free_.back();
  if (io_uring_register_files_update(&ring_, static_cast<unsigned>(place), &descriptor, 1) != 1)
    return no_place;
  if (free_.empty()) {
    ++used_;
  } else {
    free_.pop_back();
  }
  return place;
}

void SendBatch::leave(Place place, int descriptor) {
  // The kernel may let go of what was registered as late as a second afterwards (6.1 does): the peer would
  // hear of the end only then.
  shutdown(descriptor, SHUT_RDWR);
  int nobody = -1;
  if (open_) io_uring_register_files_update(&ring_, static_cast<unsigned>(place), &nobody, 1);
  free_.push_back(place);
}

void SendBatch::add(uint64_t key, int descriptor, Place place, std::string_view bytes) {
  io_uring_sqe* entry = io_uring_get_sqe(&ring_);
  io_uring_prep_send(entry, place == no_place ? descriptor : place, bytes.data(), bytes.size(),
                     MSG_NOSIGNAL | MSG_DONTWAIT);
  if (place != no_place) entry->flags |= IOSQE_FIXED_FILE;
  io_uring_sqe_set_data64(entry, keys_.size());
  keys_.push_back(key);
}

void SendBatch::submit(const std::function<void(uint64_t key, int result)>& done) {
  if (keys_.empty()) return;
  take_results();
  for (size_t i = 0; i < keys_.size(); ++i) done(keys_[i], results_[i]);
  keys_.clear();
}

void SendBatch::take_results() {
  results_.assign(keys_.size(), -EAGAIN);
  for (size_t left = keys_.size(); left > 0;) {
    const int error = io_uring_submit_and_wait(&ring_, static_cast<unsigned>(left));
    if (error < 0 && error != -EINTR) {
      // The kernel has not taken what was added: it goes out in the old way, as everything from now on.
      close();
      return;
    }
    unsigned head = 0;
    unsigned seen = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&ring_, head, completion) {
      results_[completion->user_data] = completion->res;
      ++seen;
    }
    io_uring_cq_advance(&ring_, seen);
    left -= seen;
  }
}

}  // namespace wharf::server
