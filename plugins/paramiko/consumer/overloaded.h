// Functions of their own for each alternative of a variant.
#pragma once

namespace wharf_paramiko {

template <class... Function>
struct Overloaded : Function... {
  using Function::operator()...;
};
template <class... Function>
Overloaded(Function...) -> Overloaded<Function...>;

}  // namespace wharf_paramiko
