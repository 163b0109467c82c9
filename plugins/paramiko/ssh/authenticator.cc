#include "authenticator.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host_key.h"
#include "key_info.h"
#include "names.h"

namespace wharf_paramiko::ssh {

namespace {

std::string rsa_reason(std::string_view what) {
  return fmt::format(
      "{} needs RSA signatures with SHA-2, and libssh2 {} makes them with SHA-1 alone, which servers "
      "no longer accept: use an ed25519 key (`ssh-keygen -t ed25519`), or libssh2 1.11.1 or later",
      what, LIBSSH2_VERSION);
}

std::string_view method_of(const Credential& credential) {
  if (std::holds_alternative<Password>(credential)) return "password";
  return std::holds_alternative<KeyboardInteractive>(credential) ? "keyboard-interactive" : "publickey";
}

// libssh2 does not tell that an answer was right and not enough. The server does, by what it wants next:
// something new, or the same without what has been done. A list that is shorter by something else comes of
// too many mistakes.
bool means_partial(std::vector<std::string> before, const std::vector<std::string>& after,
                   std::string_view done) {
  const bool something_new = std::any_of(after.begin(), after.end(), [&](const std::string& method) {
    return std::find(before.begin(), before.end(), method) == before.end();
  });
  const bool had_it = std::erase(before, done) > 0;
  return something_new || (had_it && before == after);
}

std::string_view view(const char* text, size_t size) {
  return {text == nullptr ? "" : text, text == nullptr ? 0 : size};
}

}  // namespace

Authenticator::Authenticator(Loop& loop, Transport& transport, std::string user, std::string agent_socket,
                             Listener listener)
    : loop_(loop),
      transport_(transport),
      user_(std::move(user)),
      agent_socket_(std::move(agent_socket)),
      listener_(std::move(listener)),
      self_(std::make_shared<Authenticator*>(this)) {
  transport_.set_prompter(this);
}

Authenticator::~Authenticator() {
  if (aside_) {
    {
      const std::lock_guard lock(mutex_);
      cancelled_ = true;
    }
    changed_.notify_all();
    transport_.socket().shut_down();
    aside_.reset();
  }
  transport_.set_prompter(nullptr);
}

void Authenticator::list() { start(std::nullopt); }
void Authenticator::attempt(Credential credential) { start(std::move(credential)); }

void Authenticator::answer(std::vector<Secret> answers) {
  {
    const std::lock_guard lock(mutex_);
    answers_ = std::move(answers);
  }
  changed_.notify_all();
}

void Authenticator::start(std::optional<Credential> credential) {
  // A function has to be copyable, and a credential is not.
  auto shared = std::make_shared<std::optional<Credential>>(std::move(credential));
  aside_ = std::make_unique<Aside>(
      loop_,
      [this, shared] {
        outcome_ = run(*shared);
        shared->reset();
      },
      [this] {
        aside_.reset();
        Outcome outcome = std::move(*outcome_);
        outcome_.reset();
        const std::function<void(Outcome)> finished = listener_.finished;
        finished(std::move(outcome));
      });
}

void Authenticator::wait_for_socket() {
  const Socket& socket = transport_.socket();
  pollfd one{socket.fd(), static_cast<short>(socket.pending() > 0 ? POLLIN | POLLOUT : POLLIN), 0};
  while (poll(&one, 1, -1) < 0 && errno == EINTR) {
  }
  transport_.socket().flush();
}

// Calls until it is done with. The owner's deadline ends it by shutting the socket down.
template <class Call>
int Authenticator::drive(Call call) {
  for (;;) {
    const int code = call();
    if (code != LIBSSH2_ERROR_EAGAIN) return code;
    if (transport_.socket().ended()) return LIBSSH2_ERROR_SOCKET_DISCONNECT;
    wait_for_socket();
  }
}

void Authenticator::relist(Outcome& outcome) {
  const char* list = nullptr;
  const int code = drive([&] {
    list = libssh2_userauth_list(transport_.raw(), user_.data(), static_cast<unsigned>(user_.size()));
    if (list != nullptr || libssh2_userauth_authenticated(transport_.raw()) == 1) return 0;
    return libssh2_session_last_errno(transport_.raw());
  });
  if (libssh2_userauth_authenticated(transport_.raw()) == 1) {
    outcome.authenticated = true;
    return;
  }
  if (list == nullptr) {
    outcome.over = true;
    // A server that has had enough answers with the end of the connection.
    if (outcome.reason && transport_.socket().ended()) {
      outcome.reason->text += "; then the server ended the connection";
    } else {
      outcome.reason = transport_.error(code, "authenticating");
    }
    return;
  }
  for (const std::string_view name : split_names(list)) outcome.methods.emplace_back(name);
}

Authenticator::Outcome Authenticator::run(const std::optional<Credential>& credential) {
  Outcome outcome;
  if (credential) {
    outcome = std::visit([this](const auto& kind) { return try_one(kind); }, *credential);
    if (outcome.authenticated || outcome.over) return outcome;
    if (outcome.passphrase) {  // the server has not heard of it
      outcome.methods = methods_;
      return outcome;
    }
  }
  relist(outcome);
  if (credential && !outcome.over && !outcome.authenticated) {
    outcome.partial = means_partial(methods_, outcome.methods, method_of(*credential));
  }
  if (outcome.partial) outcome.reason.reset();
  if (!outcome.over) methods_ = outcome.methods;
  return outcome;
}

Authenticator::Outcome Authenticator::wrong(int code, std::string text, Code kind) {
  Outcome outcome;
  outcome.reason = Error{kind, std::move(text), true};
  if (code == LIBSSH2_ERROR_ALLOC || transport_.allocator().exhausted()) {
    outcome.over = true;
    outcome.reason = transport_.error(code, "authenticating");
  }
  return outcome;
}

Authenticator::Outcome Authenticator::try_one(const Password& password) {
  const int code = drive([&] {
    return libssh2_userauth_password_ex(transport_.raw(), user_.data(), static_cast<unsigned>(user_.size()),
                                        password.password.c_str(),
                                        static_cast<unsigned>(password.password.size()), nullptr);
  });
  if (code == 0) return {.authenticated = true};
  if (code == LIBSSH2_ERROR_PASSWORD_EXPIRED) {
    return wrong(code, fmt::format("the password of {} on {} has expired: change it by another way to log in",
                                   user_, transport_.name()));
  }
  return wrong(code,
               fmt::format("{} does not accept this password for {}: check both", transport_.name(), user_));
}

Authenticator::Outcome Authenticator::try_one(const PublicKey& key) {
  const Result<KeyInfo> info = KeyInfo::of(key.key);
  if (!info) {
    Outcome outcome;
    outcome.reason = info.error();
    return outcome;
  }
  if (info->encrypted && key.passphrase.empty()) {
    Outcome outcome{.passphrase = true, .counts = false};
    outcome.reason = Error{Code::Auth, "this private key is encrypted: give its passphrase", true};
    return outcome;
  }
  const int code = drive([&] {
    return libssh2_userauth_publickey_frommemory(transport_.raw(), user_.data(), user_.size(), nullptr, 0,
                                                 key.key.c_str(), key.key.size(), key.passphrase.c_str());
  });
  if (code == 0) return {.authenticated = true};
  // 1.10 answers the first, 1.11 the second, when it cannot read the key.
  if (code == LIBSSH2_ERROR_KEYFILE_AUTH_FAILED || code == LIBSSH2_ERROR_FILE) {
    if (!info->encrypted) {
      return wrong(code, "this private key cannot be read: copy the whole file, line breaks included");
    }
    Outcome outcome = wrong(code, "the passphrase does not open this private key: check it");
    outcome.passphrase = !outcome.over;
    return outcome;
  }
  if (info->type == "ssh-rsa" && !has_rsa_sha2()) return wrong(code, rsa_reason("this key"), Code::AlgRsa);
  return wrong(code,
               fmt::format("{} does not accept this key for {}: is its public half in authorized_keys there?",
                           transport_.name(), user_));
}

Authenticator::Outcome Authenticator::try_one(const KeyboardInteractive&) {
  const auto ask = [](const char* name, int name_size, const char* instruction, int instruction_size,
                      int count, const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts,
                      LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, void** abstract) {
    Prompter* prompter = static_cast<Transport*>(*abstract)->prompter();
    prompter->ask(prompts, static_cast<size_t>(count), responses, view(name, static_cast<size_t>(name_size)),
                  view(instruction, static_cast<size_t>(instruction_size)));
  };
  const int code = drive([&] {
    return libssh2_userauth_keyboard_interactive_ex(transport_.raw(), user_.data(),
                                                    static_cast<unsigned>(user_.size()), ask);
  });
  if (code == 0) return {.authenticated = true};
  return wrong(code,
               fmt::format("{} does not accept these answers for {}: check them", transport_.name(), user_));
}

void Authenticator::ask(const LIBSSH2_USERAUTH_KBDINT_PROMPT* prompts, size_t count,
                        LIBSSH2_USERAUTH_KBDINT_RESPONSE* responses, std::string_view name,
                        std::string_view instruction) {
  std::vector<Secret> answers;
  if (count > 0) {
    Prompts what{std::string(name), std::string(instruction), {}};
    for (size_t i = 0; i < count; ++i) {
      what.prompts.push_back(
          {std::string(view(reinterpret_cast<const char*>(prompts[i].text), prompts[i].length)),
           prompts[i].echo != 0});
    }
    std::unique_lock lock(mutex_);
    answers_.reset();
    loop_.post([weak = std::weak_ptr<Authenticator*>(self_), what = std::move(what)] {
      if (const std::shared_ptr<Authenticator*> self = weak.lock()) {
        const std::function<void(Prompts)> prompted = (*self)->listener_.prompted;
        prompted(what);
      }
    });
    changed_.wait(lock, [&] { return cancelled_ || answers_; });
    if (answers_) answers = std::exchange(answers_, std::nullopt).value();
  }
  // libssh2 frees the answers as it frees its own memory, which is wiped. Too few answers: empty ones.
  for (size_t i = 0; i < count; ++i) {
    const std::string_view answer = i < answers.size() ? answers[i].view() : std::string_view();
    auto* text = static_cast<char*>(transport_.allocator().allocate(answer.size() + 1));
    responses[i].text = text;
    responses[i].length = text == nullptr ? 0 : static_cast<unsigned>(answer.size());
    if (text != nullptr) std::copy(answer.begin(), answer.end(), text);
  }
}

int Authenticator::try_identity(LIBSSH2_AGENT* agent, bool& rsa) {
  int code = LIBSSH2_ERROR_AUTHENTICATION_FAILED;
  libssh2_agent_publickey* last = nullptr;
  libssh2_agent_publickey* identity = nullptr;
  while (libssh2_agent_get_identity(agent, &identity, last) == 0) {
    last = identity;
    const std::string_view blob(reinterpret_cast<const char*>(identity->blob), identity->blob_len);
    // It would only use up one of the attempts that the server allows.
    if (key_type(blob) == "ssh-rsa" && !has_rsa_sha2()) {
      rsa = true;
      continue;
    }
    code = drive([&] { return libssh2_agent_userauth(agent, user_.c_str(), identity); });
    if (code == 0 || transport_.socket().ended()) return code;
  }
  return code;
}

Authenticator::Outcome Authenticator::try_one(const Agent&) {
  if (agent_socket_.empty()) {
    return wrong(0, "there is no agent: name its socket in `auth.agent_socket`, or choose another method");
  }
  const std::unique_ptr<LIBSSH2_AGENT, decltype(&libssh2_agent_free)> agent(
      libssh2_agent_init(transport_.raw()), libssh2_agent_free);
  if (!agent) return wrong(LIBSSH2_ERROR_ALLOC, {});
  libssh2_agent_set_identity_path(agent.get(), agent_socket_.c_str());
  if (libssh2_agent_connect(agent.get()) != 0) {
    return wrong(
        0, fmt::format("the agent behind {} does not answer: is it running, and may this process connect?",
                       agent_socket_));
  }
  bool rsa = false;
  int code = drive([&] { return libssh2_agent_list_identities(agent.get()); });
  if (code == 0) code = try_identity(agent.get(), rsa);
  libssh2_agent_disconnect(agent.get());
  if (code == 0) return {.authenticated = true};
  if (rsa) return wrong(code, rsa_reason("a key of the agent"), Code::AlgRsa);
  return wrong(code, fmt::format("{} accepts no key of the agent for {}: add the right one by ssh-add",
                                 transport_.name(), user_));
}

}  // namespace wharf_paramiko::ssh
