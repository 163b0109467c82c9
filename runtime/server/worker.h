// One worker: a thread, its loop, its libwebsockets context, and every connection that was accepted on it. A
// connection lives and dies on its worker; what others want of it arrives through the inbox.
//
// One turn of the loop: sockets are read and consumers called; then the errands of the inbox are done, events
// delivered; then each outbox that has grown is written with one call. Where an event goes to many, their
// outboxes are written in between, a few at a time: the buffers are in the cache then, and there need not be
// many.
#pragma once

#include <uv.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "layer/layer.h"
#include "plugin/worker_services.h"
#include "server/acceptor.h"
#include "server/commons.h"
#include "server/connection.h"
#include "server/deployment.h"
#include "server/gate.h"
#include "server/inbox.h"
#include "server/lws_context.h"
#include "server/proxy_reader.h"
#include "server/recent_frames.h"
#include "server/serving.h"
#include "server/status.h"
#include "server/succession.h"
#include "server/tls_contexts.h"
#include "server/tls_relays.h"

namespace wharf::server {

class Worker;
using Workers = std::vector<std::unique_ptr<Worker>>;

class Worker final : public plugin::WorkerServices {
 public:
  // What all workers of a server share; outlives them.
  struct Shared {
    std::shared_ptr<telemetry::Log> log;
    layer::Layer& layer;
    const Workers& workers;
    std::atomic<uint64_t>& connections;
  };

  // Made and destroyed by one thread, one after another; see LwsContext.
  static Result<std::unique_ptr<Worker>> create(unsigned index, const Shared& shared,
                                                const config::Config& config);
  ~Worker() override;

  // [loader] The thread begins. Sockets are accepted once something is served.
  void start();
  // [loader] Makes the instances of `deployment` on this worker and waits for them. They serve nothing yet.
  struct Prepared {
    std::shared_ptr<const Serving> serving;
    std::chrono::nanoseconds longest_pause;  // for which the worker's sockets had to wait at a time
  };
  tl::expected<Prepared, config::Problem> prepare(const Deployment& deployment,
                                                  const auth::Shared& identities,
                                                  std::shared_ptr<const TlsContexts> tls);
  // [loader] From the worker's next turn on, `serving` is what handshakes find; see succession.h for the old
  // one's connections. The answer comes when that is done, and is the longest pause again.
  std::future<std::chrono::nanoseconds> install(std::shared_ptr<const Serving> serving);
  // [loader] Gives up what prepare() made.
  void discard(std::shared_ptr<const Serving> serving);
  // [loader] What is served on this worker, and what was and still has connections.
  Status status();
  // [loader] Takes the sockets that listen on `address`, and begins to accept.
  void listen(const config::ListenAddress& address, const std::vector<int>& descriptors);
  // [loader] Stops accepting, closes every connection with 1001, destroys the instances. join() waits for it.
  void stop();
  void join();

  // [any-thread] For the channel layer.
  bool deliver_to_group(std::string_view group, const layer::EventPtr& event);
  bool deliver_to_connection(wharf_connection connection, const layer::EventPtr& event);

  // --- plugin::WorkerServices, in worker_services.cc.
  wharf_result accept(wharf_connection connection) override;
  wharf_result reject(wharf_connection connection, uint32_t http_status, std::string_view why) override;
  wharf_result send(wharf_connection connection, wharf_kind kind, std::string_view message) override;
  wharf_result close(wharf_connection connection, uint32_t code, std::string_view reason) override;
  uint64_t buffered(wharf_connection connection) override;
  wharf_result group_add(wharf_connection connection, std::string_view group) override;
  wharf_result group_discard(wharf_connection connection, std::string_view group) override;
  wharf_result group_send(std::string_view group, std::string_view type,
                          std::span<const wharf_field> fields) override;
  wharf_result group_send_msgpack(std::string_view group, std::string_view msgpack) override;
  wharf_result channel_send(std::string_view channel, std::string_view type,
                            std::span<const wharf_field> fields) override;
  wharf_result channel_send_msgpack(std::string_view channel, std::string_view msgpack) override;
  std::string channel_name(wharf_connection connection) override;
  wharf_result pause(wharf_connection connection, bool paused) override;
  bool post(std::function<void()> task) override;
  void catch_up() override { do_errands(); }
  bool on_worker_thread() const override;
  uv_loop_t* loop() override { return &loop_; }
  std::string describe(wharf_connection connection) const override;

 private:
  Worker(unsigned index, const Shared& shared, const config::Config& config);

  // [loader] Runs `work` on the worker and waits for it. False: the worker has ended, and nothing was run.
  bool ask(const std::function<void()>& work);
  std::optional<config::Problem> open_pages(const std::vector<config::StaticMount>& mounts, Serving& serving);
  std::optional<config::Problem> open_route(const std::shared_ptr<const plugin::Generation>& generation,
                                            const config::Route& route, Serving& serving);
  std::shared_ptr<plugin::Instance> find_instance(const plugin::Generation& generation,
                                                  const config::Route& route) const;
  void take_in(int fd, Peer peer, const config::ListenAddress& address);
  void let_in(int fd, Peer peer, const config::ListenAddress& address, uint64_t deadline);
  void turn();
  void do_errands();
  size_t deliver_from(size_t first);
  void flush_outboxes();
  void flush_each(const std::vector<wharf_connection>& numbers);
  void flush_together();
  void begin_stop();
  void finish_stop_if_done();

  // [any-thread] To a connection of this worker.
  wharf_result send_long(Slot& slot, wharf_connection connection, wharf_kind kind, std::string_view message);
  wharf_result send_from_elsewhere(wharf_connection connection, wharf_kind kind, std::string_view message);
  wharf_result refuse_text(wharf_connection connection);
  wharf_result no_room(wharf_connection connection, uint64_t size);
  // The worker that a connection's number names, or null.
  Worker* owner_of(wharf_connection connection) const;
  Slot* peek(wharf_connection connection) const;
  template <class Action>
  wharf_result with_connection(wharf_connection connection, Action action);
  wharf_result send_event(const Result<layer::EventPtr>& event, bool to_group, std::string_view target);

  unsigned index_;
  Shared shared_;
  uv_loop_t loop_;
  uv_prepare_t before_sleep_;
  uv_check_t after_sleep_;
  std::thread thread_;
  std::atomic<std::thread::id> thread_id_;

  Slots slots_;
  Groups groups_;
  BufferPool buffers_;
  SendBatch sends_;
  bool io_uring_;
  RecentFrames recent_frames_;
  std::vector<wharf_connection> to_flush_;
  std::vector<wharf_connection> flushing_;
  std::vector<wharf_connection> flushing_alone_;
  std::vector<Errand> errands_;
  std::vector<layer::EventPtr> delivered_;  // to one group at a time
  std::unique_ptr<Inbox> inbox_;
  std::unique_ptr<Deadlines> deadlines_;
  std::unique_ptr<Deadlines> drains_;  // when the connections of retired instances are closed
  std::unique_ptr<Commons> commons_;
  std::unique_ptr<Succession> succession_;
  std::unique_ptr<LwsContext> lws_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<ProxyReader> proxy_reader_;
  std::unique_ptr<TlsRelays> tls_relays_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::shared_ptr<const Serving> serving_;
  std::vector<std::weak_ptr<RouteInstance>> replaced_;
  bool stopping_ = false;
};

}  // namespace wharf::server
