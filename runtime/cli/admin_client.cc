#include "cli/admin_client.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <fmt/format.h>

#include "config/load.h"

namespace wharf::cli {

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

template <class Socket>
AdminReply converse(Socket& socket, const std::string& method, const std::string& path) {
  http::request<http::empty_body> request(http::string_to_verb(method), path, 11);
  request.set(http::field::host, "admin");
  request.set("Wharf-Command", "yes");
  http::write(socket, request);
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(socket, buffer, response);
  return {response.result_int(), std::move(response.body())};
}

AdminReply ask(const config::ListenAddress& admin, const std::string& method, const std::string& path) {
  asio::io_context context;
  if (admin.kind == config::ListenAddress::Kind::Unix) {
    asio::local::stream_protocol::socket socket(context);
    socket.connect(asio::local::stream_protocol::endpoint(admin.path));
    return converse(socket, method, path);
  }
  asio::ip::tcp::socket socket(context);
  asio::connect(socket, asio::ip::tcp::resolver(context).resolve(admin.host, std::to_string(admin.port)));
  return converse(socket, method, path);
}

}  // namespace

Result<AdminReply> ask_admin(const std::filesystem::path& routes_file, const std::string& method,
                             const std::string& path) {
  // The server may run with a file that is broken by now; of a file as a whole only `admin` is needed.
  const Result<std::optional<config::ListenAddress>> found = config::find_admin(routes_file);
  if (!found) return tl::make_unexpected(found.error());
  const std::optional<config::ListenAddress>& admin = *found;
  if (!admin) {
    return failure(
        fmt::format("{} has no `admin:` address: add `admin: unix:/run/wharf/admin.sock` and start the "
                    "server anew, or send it SIGHUP",
                    routes_file.string()));
  }
  try {
    return ask(*admin, method, path);
  } catch (const boost::system::system_error& error) {
    return failure(fmt::format("no server answers at {}: {}", admin->text, error.code().message()));
  }
}

}  // namespace wharf::cli
