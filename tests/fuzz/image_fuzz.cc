// Any bytes as a plugin file: its ABI words or a reason, never a crash. Seeds: the plugins of a build
// directory, for example `image-fuzz new build-fuzz/tests/plugins`.
#include <cstdint>
#include <cstdlib>
#include <vector>

#include "plugin/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace wharf;
  std::vector<char> image(data, data + size);
  const Result<plugin::AbiWords> words = plugin::read_image(image);
  if (!words && words.error().text.empty()) std::abort();
  if (words && !plugin::check_abi(*words) && plugin::check_abi(*words).error().text.empty()) std::abort();
  return 0;
}
