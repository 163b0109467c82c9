#include "plugin/instance.h"

#include <utility>

#include "plugin/crash_report.h"
#include "plugin/host_context.h"

namespace wharf::plugin {

namespace {

wharf_bytes borrow(std::string_view text) { return {text.data(), text.size()}; }

// The plugin's table, when it is whole.
const wharf_migrate* find_migrate(const Generation& generation) {
  const wharf_consumer& consumer = generation.consumer();
  if (consumer.extension == nullptr) return nullptr;
  const wharf_migrate* table = static_cast<const wharf_migrate*>(
      call_plugin(generation, "extension", consumer.extension, WHARF_MIGRATE));
  const bool whole = table != nullptr && table->size >= sizeof(wharf_migrate) &&
                     table->export_state != nullptr && table->import_state != nullptr &&
                     table->release != nullptr;
  return whole ? table : nullptr;
}

// What an instance leaves behind, or one that never came to be.
void clean_up(HostContext& context) {
  context.io.cancel_all();
  context.jobs.drop_all();
  context.end();
}

}  // namespace

tl::expected<std::unique_ptr<Instance>, CreateRefusal> Instance::create(
    std::shared_ptr<const Generation> generation, std::string config, WorkerServices& services,
    std::shared_ptr<telemetry::Log> log) {
  prepare_thread_for_crash_report();
  const wharf_consumer& consumer = generation->consumer();
  auto context =
      std::make_shared<HostContext>(std::move(generation), std::move(config), services, std::move(log));
  context->creating = true;
  const wharf_host* host = context.get();
  context->instance = call_plugin(context->generation(), "create", consumer.create, host);
  context->creating = false;
  if (context->instance != nullptr) return std::unique_ptr<Instance>(new Instance(std::move(context)));

  context->posts.close();
  clean_up(*context);
  if (context->refusal) return tl::make_unexpected(*context->refusal);
  return tl::make_unexpected(
      CreateRefusal{"", "create returned NULL and gave no reason: call host->fail before"});
}

Instance::Instance(std::shared_ptr<HostContext> context)
    : context_(std::move(context)),
      generation_(context_->generation()),
      consumer_(generation_.consumer()),
      instance_(context_->instance),
      migrate_(find_migrate(generation_)) {}

Instance::~Instance() {
  HostContext& context = *context_;
  context.posts.close_and_run(context);
  context.jobs.close();
  context.io.close();
  if (consumer_.destroy != nullptr) {
    call_plugin(context.generation(), "destroy", consumer_.destroy, context.instance);
  }
  clean_up(context);
}

std::shared_ptr<const Generation> Instance::shared_generation() const {
  return context_->shared_generation();
}

std::optional<std::string> Instance::export_state(wharf_connection connection, void* state) noexcept {
  std::optional<std::string> exported;
  const auto sink = [](void* context, wharf_bytes bytes) noexcept {
    static_cast<std::optional<std::string>*>(context)->emplace(bytes.data == nullptr ? "" : bytes.data,
                                                               bytes.size);
  };
  const wharf_result result = call_plugin(generation_, "export_state", migrate_->export_state, instance_,
                                          connection, state, sink, &exported);
  return result == WHARF_OK ? exported : std::nullopt;
}

bool Instance::import_state(wharf_connection connection, std::string_view bytes, void** state) noexcept {
  return call_plugin(generation_, "import_state", migrate_->import_state, instance_, connection,
                     borrow(bytes), state) == WHARF_OK;
}

void Instance::release(wharf_connection connection, void* state) noexcept {
  call_plugin(generation_, "release", migrate_->release, instance_, connection, state);
}

wharf_decision Instance::connect(wharf_connection connection, const wharf_scope& scope,
                                 void** state) noexcept {
  if (consumer_.connect == nullptr) return WHARF_ACCEPT;
  const wharf_decision decision =
      call_plugin(generation_, "connect", consumer_.connect, instance_, connection, &scope, state);
  switch (decision) {
    case WHARF_ACCEPT:
    case WHARF_REJECT:
    case WHARF_PENDING:
      return decision;
    default:
      context_->invalid("connect", connection,
                        "it answered with none of WHARF_ACCEPT, WHARF_REJECT, WHARF_PENDING");
      return WHARF_REJECT;
  }
}

void Instance::receive(wharf_connection connection, void* state, wharf_kind kind,
                       std::string_view message) noexcept {
  if (consumer_.receive == nullptr) return;
  call_plugin(generation_, "receive", consumer_.receive, instance_, connection, state, kind, borrow(message));
}

void Instance::drain(wharf_connection connection, void* state) noexcept {
  if (consumer_.drain == nullptr) return;
  call_plugin(generation_, "drain", consumer_.drain, instance_, connection, state);
}

void Instance::disconnect(wharf_connection connection, void* state, uint32_t code,
                          std::string_view reason) noexcept {
  if (consumer_.disconnect == nullptr) return;
  call_plugin(generation_, "disconnect", consumer_.disconnect, instance_, connection, state, code,
              borrow(reason));
}

}  // namespace wharf::plugin
