#include "plugin/image.h"

#include <wharf/consumer.h>

#include <fcntl.h>
#include <fmt/format.h>
#include <gelf.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <string_view>

#include "plugin/descriptor.h"

namespace wharf::plugin {

namespace {

#if defined(__x86_64__)
constexpr int host_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr int host_machine = EM_AARCH64;
#elif defined(__riscv)
constexpr int host_machine = EM_RISCV;
#else
#error "name the ELF machine of this platform here"
#endif

constexpr std::string_view entry_name = "wharf_consumer_entry";

struct ElfEnd {
  void operator()(Elf* elf) const { elf_end(elf); }
};
using ElfPtr = std::unique_ptr<Elf, ElfEnd>;

// The same words at every length, so that a file that is written slowly is refused for one reason.
tl::unexpected<Error> cut_off() { return failure("it is empty or cut off: copy it again"); }

Result<void> check_header(std::span<const char> image) {
  if (image.empty()) return cut_off();
  if (std::memcmp(image.data(), ELFMAG, std::min<size_t>(image.size(), SELFMAG)) != 0) {
    return failure("it is not an ELF file: give the shared object that the compiler wrote");
  }
  Elf64_Ehdr header;
  if (image.size() < sizeof header) return cut_off();
  std::memcpy(&header, image.data(), sizeof header);
  if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB ||
      header.e_machine != host_machine) {
    return failure("it was built for another machine: build it for this one");
  }
  if (header.e_type != ET_DYN) return failure("it is not a shared object: link it with -shared");
  // The table of sections stands at the end.
  const uint64_t sections = uint64_t{header.e_shnum} * header.e_shentsize;
  if (header.e_shoff > image.size() || image.size() - header.e_shoff < sections) return cut_off();
  return {};
}

// The exported constant, as the dynamic symbol table has it.
std::optional<GElf_Sym> find_entry(Elf* elf) {
  for (Elf_Scn* section = elf_nextscn(elf, nullptr); section != nullptr;
       section = elf_nextscn(elf, section)) {
    GElf_Shdr header;
    if (gelf_getshdr(section, &header) == nullptr || header.sh_type != SHT_DYNSYM) continue;
    Elf_Data* data = elf_getdata(section, nullptr);
    if (data == nullptr || data->d_buf == nullptr) continue;
    const size_t count = data->d_size / gelf_fsize(elf, ELF_T_SYM, 1, EV_CURRENT);
    for (size_t i = 0; i < count; ++i) {
      GElf_Sym symbol;
      if (gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) break;
      if (symbol.st_shndx == SHN_UNDEF) continue;
      const char* name = elf_strptr(elf, header.sh_link, symbol.st_name);
      if (name != nullptr && name == entry_name) return symbol;
    }
  }
  return std::nullopt;
}

// Where in the file the bytes of an address are, when `size` bytes of the file are mapped there.
std::optional<uint64_t> file_offset(Elf* elf, uint64_t address, uint64_t size) {
  size_t count = 0;
  if (elf_getphdrnum(elf, &count) != 0) return std::nullopt;
  for (size_t i = 0; i < count; ++i) {
    GElf_Phdr segment;
    if (gelf_getphdr(elf, static_cast<int>(i), &segment) == nullptr) break;
    if (segment.p_type != PT_LOAD || address < segment.p_vaddr) continue;
    const uint64_t inside = address - segment.p_vaddr;
    if (inside > segment.p_filesz || segment.p_filesz - inside < size) continue;
    if (inside > UINT64_MAX - segment.p_offset) continue;
    return segment.p_offset + inside;
  }
  return std::nullopt;
}

}  // namespace

Result<AbiWords> read_image(std::span<char> image) {
  if (Result<void> header = check_header(image); !header) return tl::make_unexpected(header.error());
  elf_version(EV_CURRENT);
  ElfPtr elf(elf_memory(image.data(), image.size()));
  if (elf_kind(elf.get()) != ELF_K_ELF) return failure("its ELF header is damaged: build it again");

  const std::optional<GElf_Sym> entry = find_entry(elf.get());
  if (!entry) {
    return failure(fmt::format(
        "it exports no `{}`: it is no wharf plugin, or it was built with that symbol hidden", entry_name));
  }
  if (GELF_ST_TYPE(entry->st_info) != STT_OBJECT || GELF_ST_BIND(entry->st_info) == STB_LOCAL) {
    return failure(
        fmt::format("its `{}` is not an exported constant: define it as a wharf_consumer", entry_name));
  }
  const std::optional<uint64_t> offset = file_offset(elf.get(), entry->st_value, sizeof(AbiWords));
  if (!offset || *offset > image.size() || image.size() - *offset < sizeof(AbiWords)) {
    return failure(
        fmt::format("the value of its `{}` is not in the file: initialize it as a constant", entry_name));
  }
  AbiWords words;
  std::memcpy(&words, image.data() + *offset, sizeof words);
  if (entry->st_size < words.size) {
    return failure(
        fmt::format("its `{}` says it has {} bytes, and has {}: rebuild it against wharf/consumer.h",
                    entry_name, words.size, entry->st_size));
  }
  return words;
}

Result<AbiWords> read_image(const std::filesystem::path& file) {
  const Descriptor descriptor(open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) return failure(fmt::format("it cannot be opened: {}", std::strerror(errno)));
  struct stat status {};
  if (fstat(descriptor.get(), &status) != 0) {
    return failure(fmt::format("it cannot be examined: {}", std::strerror(errno)));
  }
  if (status.st_size == 0) return cut_off();
  void* mapped = mmap(nullptr, static_cast<size_t>(status.st_size), PROT_READ | PROT_WRITE, MAP_PRIVATE,
                      descriptor.get(), 0);
  if (mapped == MAP_FAILED) {
    return failure(fmt::format("it cannot be read into memory: {}", std::strerror(errno)));
  }
  const std::span<char> image(static_cast<char*>(mapped), static_cast<size_t>(status.st_size));
  Result<AbiWords> words = read_image(image);
  munmap(mapped, image.size());
  return words;
}

Result<void> check_abi(const AbiWords& words) {
  if (words.magic != WHARF_MAGIC) {
    return failure(
        fmt::format("its `{}` does not begin with WHARF_MAGIC: set `magic`, `abi_major`, `abi_minor` and "
                    "`size` as wharf/consumer.h names them",
                    entry_name));
  }
  if (words.major != WHARF_ABI_MAJOR) {
    return failure(
        fmt::format("it was built for ABI {}, and this wharf runs ABI {}: build it against the "
                    "wharf/consumer.h of this wharf",
                    words.major, WHARF_ABI_MAJOR));
  }
  // What 1.0 has is mandatory; a newer minor may be larger, and its tail is not looked at.
  if (words.size < sizeof(wharf_consumer)) {
    return failure(
        fmt::format("its table has {} bytes, and ABI {}.0 has {}: set `size` to sizeof(wharf_consumer)",
                    words.size, WHARF_ABI_MAJOR, sizeof(wharf_consumer)));
  }
  return {};
}

}  // namespace wharf::plugin
