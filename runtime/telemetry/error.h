// The one error idiom of the runtime: a fallible function returns Result<T>; the text names the object, the
// cause and the remedy. Exceptions of libraries end where they are called.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace wharf {

struct Error {
  std::string text;
};

template <class T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> failure(std::string text) { return tl::make_unexpected(Error{std::move(text)}); }

}  // namespace wharf
