// The opcodes of Python's pickles, protocols 0 to 5 (pickletools.opcodes).
#pragma once

#include <string_view>

namespace wharf::auth::django {

enum class Opcode : unsigned char {
  Mark = '(',
  Stop = '.',
  Pop = '0',
  PopMark = '1',
  BinFloat = 'G',
  BinInt = 'J',
  BinInt1 = 'K',
  BinInt2 = 'M',
  None = 'N',
  BinUnicode = 'X',
  Append = 'a',
  Appends = 'e',
  BinGet = 'h',
  LongBinGet = 'j',
  BinPut = 'q',
  LongBinPut = 'r',
  SetItem = 's',
  Tuple = 't',
  SetItems = 'u',
  EmptyTuple = ')',
  EmptyList = ']',
  EmptyDict = '}',
  BinBytes = 'B',
  ShortBinBytes = 'C',
  Proto = 0x80,
  Tuple1 = 0x85,
  Tuple2 = 0x86,
  Tuple3 = 0x87,
  NewTrue = 0x88,
  NewFalse = 0x89,
  Long1 = 0x8a,
  ShortBinUnicode = 0x8c,
  BinUnicode8 = 0x8d,
  BinBytes8 = 0x8e,
  EmptySet = 0x8f,
  AddItems = 0x90,
  FrozenSet = 0x91,
  Memoize = 0x94,
  Frame = 0x95,
};

// Its name in Python's own list, or "an unknown opcode".
std::string_view name_of(unsigned char opcode);

}  // namespace wharf::auth::django
