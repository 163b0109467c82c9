#include "auth/django/pickle.h"

#include <fmt/format.h>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "auth/django/pickle_opcodes.h"

namespace wharf::auth::django {

namespace {

struct Mark {};
struct Opaque {};  // a list, a float, None …: nothing that a login is made of
struct List {};    // opaque, too, but may be appended to
struct Dict {
  size_t number;
};
using Value = std::variant<Opaque, Mark, List, Dict, std::string, int64_t>;

constexpr size_t most_values = 1 << 20;  // on the stack, in the memo, and dicts

class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  Result<SessionValues> read() {
    while (why_.empty() && !stopped_) step();
    if (!why_.empty()) return failure(std::move(why_));
    const Dict* top = stack_.size() == 1 ? std::get_if<Dict>(&stack_.back()) : nullptr;
    if (top == nullptr) return failure("the pickle stands for something other than a dict");
    return std::move(dicts_[top->number]);
  }

 private:
  void refuse(std::string why) {
    if (why_.empty()) why_ = std::move(why);
  }

  std::string_view take(uint64_t count) {
    if (count > rest_.size()) {
      refuse("the pickle ends too early");
      return {};
    }
    const std::string_view taken = rest_.substr(0, static_cast<size_t>(count));
    rest_.remove_prefix(static_cast<size_t>(count));
    return taken;
  }

  // Little endian, as every number of a pickle that is not text.
  uint64_t number(size_t bytes) {
    uint64_t value = 0;
    const std::string_view taken = take(bytes);
    for (size_t i = taken.size(); i > 0; --i) value = value << 8 | static_cast<unsigned char>(taken[i - 1]);
    return value;
  }

  void push(Value value) {
    if (stack_.size() == most_values) return refuse("the pickle nests too much");
    stack_.push_back(std::move(value));
  }

  Value pop() {
    if (stack_.empty()) {
      refuse("the pickle takes a value where none is");
      return Opaque{};
    }
    Value value = std::move(stack_.back());
    stack_.pop_back();
    return value;
  }

  // What was pushed since the last mark; the mark goes, too.
  std::vector<Value> pop_to_mark() {
    for (size_t i = stack_.size(); i > 0; --i) {
      if (!std::holds_alternative<Mark>(stack_[i - 1])) continue;
      const auto first = stack_.begin() + static_cast<std::ptrdiff_t>(i);
      std::vector<Value> values(std::make_move_iterator(first), std::make_move_iterator(stack_.end()));
      stack_.resize(i - 1);
      return values;
    }
    refuse("the pickle asks for a mark where none is");
    return {};
  }

  void push_dict() {
    if (dicts_.size() == most_values) return refuse("the pickle has too many dicts");
    dicts_.emplace_back();
    push(Dict{dicts_.size() - 1});
  }

  void set_item(const Dict& dict, const Value& key, Value value) {
    const std::string* name = std::get_if<std::string>(&key);
    if (name == nullptr) return;
    SessionValues& values = dicts_[dict.number];
    values.erase(*name);
    if (std::string* text = std::get_if<std::string>(&value)) values.emplace(*name, std::move(*text));
    if (const int64_t* integer = std::get_if<int64_t>(&value)) values.emplace(*name, *integer);
  }

  void set_items(std::vector<Value> items) {
    const Dict* dict = stack_.empty() ? nullptr : std::get_if<Dict>(&stack_.back());
    if (dict == nullptr || items.size() % 2 != 0) return refuse("the pickle sets items of what is no dict");
    for (size_t i = 0; i < items.size(); i += 2) set_item(*dict, items[i], std::move(items[i + 1]));
  }

  void expect_list() {
    if (stack_.empty() || !std::holds_alternative<List>(stack_.back())) {
      refuse("the pickle appends to what is no list");
    }
  }

  void push_tuple(size_t items) {
    for (size_t i = 0; i < items; ++i) pop();
    push(Opaque{});
  }

  // Two's complement of any length. What does not fit is a number that no login has.
  void push_long(size_t size) {
    const std::string_view bytes = take(size);
    if (bytes.size() > 8) return push(Opaque{});
    uint64_t value = !bytes.empty() && (bytes.back() & 0x80) != 0 ? ~uint64_t{0} : 0;
    for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
    push(static_cast<int64_t>(value));
  }

  void put(uint64_t index) {
    if (stack_.empty() || std::holds_alternative<Mark>(stack_.back())) {
      return refuse("the pickle remembers a value where none is");
    }
    if (index > memo_.size()) return refuse("the pickle remembers values in no order");
    if (memo_.size() == most_values) return refuse("the pickle remembers too much");
    if (index == memo_.size()) memo_.emplace_back();
    memo_[static_cast<size_t>(index)] = stack_.back();
  }

  void get(uint64_t index) {
    if (index >= memo_.size()) return refuse("the pickle recalls what it never remembered");
    const Value& value = memo_[static_cast<size_t>(index)];
    // A text of megabytes, recalled a million times.
    if (const std::string* text = std::get_if<std::string>(&value)) {
      recalled_ += text->size();
      if (recalled_ > most_recalled) return refuse("the pickle repeats too much text");
    }
    push(value);
  }

  void step() {
    const std::string_view taken = take(1);
    if (taken.empty()) return;
    const unsigned char code = static_cast<unsigned char>(taken.front());
    switch (static_cast<Opcode>(code)) {
      case Opcode::Proto:
        if (const uint64_t version = number(1); version > 5) {
          refuse(fmt::format("the pickle has protocol {}; 2 to 5 are read", version));
        }
        return;
      case Opcode::Frame:
        take(8);  // how much follows, for who reads from a file
        return;
      case Opcode::Stop:
        stopped_ = true;
        return;
      case Opcode::Mark:
        return push(Mark{});
      case Opcode::Pop:
        pop();
        return;
      case Opcode::PopMark:
        pop_to_mark();
        return;
      case Opcode::None:
      case Opcode::NewTrue:
      case Opcode::NewFalse:
      case Opcode::EmptyTuple:
        return push(Opaque{});
      case Opcode::BinFloat:
        take(8);
        return push(Opaque{});
      case Opcode::BinInt:
        return push(int64_t{static_cast<int32_t>(static_cast<uint32_t>(number(4)))});
      case Opcode::BinInt1:
        return push(static_cast<int64_t>(number(1)));
      case Opcode::BinInt2:
        return push(static_cast<int64_t>(number(2)));
      case Opcode::Long1:
        return push_long(static_cast<size_t>(number(1)));
      case Opcode::ShortBinUnicode:
        return push(std::string(take(number(1))));
      case Opcode::BinUnicode:
        return push(std::string(take(number(4))));
      case Opcode::BinUnicode8:
        return push(std::string(take(number(8))));
      case Opcode::ShortBinBytes:
        take(number(1));
        return push(Opaque{});
      case Opcode::BinBytes:
        take(number(4));
        return push(Opaque{});
      case Opcode::BinBytes8:
        take(number(8));
        return push(Opaque{});
      case Opcode::EmptyDict:
        return push_dict();
      case Opcode::EmptyList:
      case Opcode::EmptySet:
        return push(List{});
      case Opcode::SetItem: {
        std::vector<Value> item(2);
        item[1] = pop();
        item[0] = pop();
        return set_items(std::move(item));
      }
      case Opcode::SetItems:
        return set_items(pop_to_mark());
      case Opcode::Append:
        pop();
        return expect_list();
      case Opcode::Appends:
      case Opcode::AddItems:
        pop_to_mark();
        return expect_list();
      case Opcode::Tuple:
      case Opcode::FrozenSet:
        pop_to_mark();
        return push(Opaque{});
      case Opcode::Tuple1:
        return push_tuple(1);
      case Opcode::Tuple2:
        return push_tuple(2);
      case Opcode::Tuple3:
        return push_tuple(3);
      case Opcode::Memoize:
        return put(memo_.size());
      case Opcode::BinPut:
        return put(number(1));
      case Opcode::LongBinPut:
        return put(number(4));
      case Opcode::BinGet:
        return get(number(1));
      case Opcode::LongBinGet:
        return get(number(4));
    }
    refuse(fmt::format("the pickle has {} (0x{:02x}), which is no plain data", name_of(code), code));
  }

  static constexpr size_t most_recalled = 16 << 20;  // bytes

  std::string_view rest_;
  std::vector<Value> stack_;
  std::vector<Value> memo_;
  std::deque<SessionValues> dicts_;
  size_t recalled_ = 0;
  bool stopped_ = false;
  std::string why_;
};

}  // namespace

Result<SessionValues> read_pickle(std::string_view bytes) { return Reader(bytes).read(); }

}  // namespace wharf::auth::django
