// `wharf probe-plugin`: hidden, run by plugin/probe.cc.
#pragma once

#include "plugin/generation.h"

namespace wharf::cli {

// [loader] Tries the plugin. With a config, which is stdin, it makes an instance too. Does not return.
int probe_plugin(const plugin::Origin& origin, bool with_config, plugin::Unload unload);

}  // namespace wharf::cli
