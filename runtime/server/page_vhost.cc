#include "server/page_vhost.h"

#include <fmt/format.h>
#include <libwebsockets.h>

#include <algorithm>
#include <list>
#include <utility>

namespace wharf::server {

// The vhost, and what it points to for as long as it lives.
struct PageVhost::Lws {
  lws_vhost* vhost = nullptr;
  lws_protocols protocols[2] = {};
  std::list<std::string> texts;
  std::vector<lws_http_mount> mounts;
  lws_protocol_vhost_options headers[3] = {};
  lws_protocol_vhost_options types[1] = {};  // beside those that libwebsockets knows

  void describe(const std::vector<config::StaticMount>& from);
  static int on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, size_t size);
};

void PageVhost::Lws::describe(const std::vector<config::StaticMount>& from) {
  mounts.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    const std::string& url = texts.emplace_back(from[i].url);
    const std::string& directory = texts.emplace_back(from[i].directory.string());
    lws_http_mount& mount = mounts[i];
    mount = {};
    mount.mount_next = i + 1 < from.size() ? &mounts[i + 1] : nullptr;
    mount.mountpoint = url.c_str();
    mount.mountpoint_len = static_cast<unsigned char>(url.size());
    mount.origin = directory.c_str();
    mount.def = "index.html";
    mount.origin_protocol = LWSMPRO_FILE;
    mount.extra_mimetypes = types;
  }
  // A recording of a terminal. A file of a type that nobody named would not be served at all.
  types[0] = {nullptr, nullptr, ".cast", "application/x-asciicast"};
  protocols[0].name = "http";
  protocols[0].callback = &Lws::on_event;
  // A page loads what lies beside it, talks to sockets, and is framed by nobody. Styles may stand within it,
  // since the terminal page cannot do without: xterm.js makes style elements, and gives letters that are
  // drawn without WebGL a style attribute each. libwebsockets has one set of headers for all mounts; a page
  // that needs less says so in a meta element, and both count.
  headers[0] = {&headers[1], nullptr, "content-security-policy:",
                "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
                "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"};
  headers[1] = {&headers[2], nullptr, "x-content-type-options:", "nosniff"};
  headers[2] = {nullptr, nullptr, "referrer-policy:", "no-referrer"};
}

int PageVhost::Lws::on_event(lws* wsi, lws_callback_reasons reason, void* user, void* in, size_t size) {
  const auto self = [wsi] { return static_cast<PageVhost*>(lws_vhost_user(lws_get_vhost(wsi))); };
  switch (reason) {
    case LWS_CALLBACK_WSI_CREATE:
      ++self()->sockets_;
      return 0;
    case LWS_CALLBACK_WSI_DESTROY:
      --self()->sockets_;
      return 0;
    case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
      return -1;  // no way around the gate
    case LWS_CALLBACK_HTTP:
      lws_return_http_status(wsi, HTTP_STATUS_NOT_FOUND, nullptr);
      return -1;
    default:
      return lws_callback_http_dummy(wsi, reason, user, in, size);
  }
}

PageVhost::PageVhost(unsigned number, std::vector<config::StaticMount> mounts)
    : name_(fmt::format("pages{}", number)), mounts_(std::move(mounts)), lws_(std::make_unique<Lws>()) {
  lws_->describe(mounts_);
}

PageVhost::~PageVhost() = default;

bool PageVhost::is_mount(std::string_view path) const {
  return std::any_of(mounts_.begin(), mounts_.end(), [path](const config::StaticMount& mount) {
    return mount.url != "/" && mount.url == path;
  });
}

Result<std::shared_ptr<PageVhost>> PageVhost::create(lws_context* context, unsigned number,
                                                     std::vector<config::StaticMount> mounts) {
  std::shared_ptr<PageVhost> pages(new PageVhost(number, std::move(mounts)));
  static const lws_retry_bo_t no_pings = {};
  lws_context_creation_info info = {};
  info.port = CONTEXT_PORT_NO_LISTEN_SERVER;
  info.retry_and_idle_policy = &no_pings;
  info.vhost_name = pages->name_.c_str();
  info.protocols = pages->lws_->protocols;
  info.mounts = pages->lws_->mounts.data();
  info.headers = pages->lws_->headers;
  info.user = pages.get();
  pages->lws_->vhost = lws_create_vhost(context, &info);
  if (pages->lws_->vhost == nullptr) return failure("libwebsockets cannot make a vhost for `static`");
  return pages;
}

void PageVhost::adopt(int fd, std::string_view request) {
  lws_adopt_socket_vhost_readbuf(lws_->vhost, fd, request.data(), request.size());
}

void PageVhost::close() { lws_vhost_destroy(std::exchange(lws_->vhost, nullptr)); }

}  // namespace wharf::server
