/* SPDX-License-Identifier: MIT */
/*
 * What the runtime needs to read of a plugin before any of its code runs: the file exports
 * wharf_consumer_entry and nothing else, and the words that say magic, version and size are in the file as
 * plain constants. Usage: image FILE...
 */
#include <wharf/consumer.h>

#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char* file, const char* why) {
  fprintf(stderr, "%s: %s\n", file, why);
  return 1;
}

/* The bytes at the virtual address, in the file. NULL when no segment has them. */
static const unsigned char* at(const unsigned char* image, Elf64_Addr address, size_t size) {
  const Elf64_Ehdr* header = (const void*)image;
  const Elf64_Phdr* segment = (const void*)(image + header->e_phoff);
  for (int index = 0; index < header->e_phnum; ++index, ++segment)
    if (segment->p_type == PT_LOAD && address >= segment->p_vaddr &&
        address + size <= segment->p_vaddr + segment->p_filesz)
      return image + segment->p_offset + (address - segment->p_vaddr);
  return NULL;
}

static int check(const char* file, const unsigned char* image) {
  const Elf64_Ehdr* header = (const void*)image;
  const Elf64_Shdr* sections = (const void*)(image + header->e_shoff);
  const Elf64_Sym* entry = NULL;
  size_t exported = 0;
  for (int index = 0; index < header->e_shnum; ++index) {
    if (sections[index].sh_type != SHT_DYNSYM) continue;
    const Elf64_Sym* symbols = (const void*)(image + sections[index].sh_offset);
    const char* names = (const char*)image + sections[sections[index].sh_link].sh_offset;
    for (size_t each = 1; each < sections[index].sh_size / sizeof *symbols; ++each) {
      if (symbols[each].st_shndx == SHN_UNDEF || ELF64_ST_BIND(symbols[each].st_info) == STB_LOCAL) continue;
      ++exported;
      if (strcmp(names + symbols[each].st_name, "wharf_consumer_entry") == 0) entry = &symbols[each];
    }
  }
  if (entry == NULL) return refuse(file, "does not export wharf_consumer_entry");
  if (exported != 1) return refuse(file, "exports more than wharf_consumer_entry");
  if (entry->st_size != sizeof(wharf_consumer)) return refuse(file, "wharf_consumer_entry has another size");
  const unsigned char* words = at(image, entry->st_value, sizeof(wharf_consumer));
  if (words == NULL)
    return refuse(file, "wharf_consumer_entry is not in the file: is it initialized at run time?");
  const uint32_t expected[] = {WHARF_MAGIC, WHARF_ABI_MAJOR, WHARF_ABI_MINOR, sizeof(wharf_consumer)};
  if (memcmp(words, expected, sizeof expected) != 0)
    return refuse(file, "magic, version and size are not in the file as constants");
  return 0;
}

int main(int count, char** files) {
  int failed = count < 2;
  for (int index = 1; index < count; ++index) {
    FILE* stream = fopen(files[index], "rb");
    if (stream == NULL || fseek(stream, 0, SEEK_END) != 0) return refuse(files[index], "cannot be read");
    size_t size = (size_t)ftell(stream);
    unsigned char* image = malloc(size);
    rewind(stream);
    if (image == NULL || fread(image, 1, size, stream) != size || size < sizeof(Elf64_Ehdr) ||
        memcmp(image, ELFMAG, SELFMAG) != 0)
      failed |= refuse(files[index], "is no ELF file");
    else
      failed |= check(files[index], image);
    free(image);
    fclose(stream);
  }
  return failed;
}
