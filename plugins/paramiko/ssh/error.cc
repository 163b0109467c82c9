#include "error.h"

namespace wharf_paramiko::ssh {

std::string_view name_of(Code code) {
  switch (code) {
    case Code::Policy:
      return "E_POLICY";
    case Code::HostKey:
      return "E_HOSTKEY";
    case Code::Auth:
      return "E_AUTH";
    case Code::AlgRsa:
      return "E_ALG_RSA";
    case Code::Dns:
      return "E_DNS";
    case Code::Refused:
      return "E_REFUSED";
    case Code::Timeout:
      return "E_TIMEOUT";
    case Code::Lost:
      return "E_LOST";
    case Code::Idle:
      return "E_IDLE";
    case Code::Limit:
      return "E_LIMIT";
    case Code::Internal:
      break;
  }
  return "E_INTERNAL";
}

}  // namespace wharf_paramiko::ssh
