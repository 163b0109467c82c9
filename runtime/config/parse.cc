#include "config/parse.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "config/quote.h"

namespace wharf::config {

namespace {

// The parser recurses once per level, and so does every reader of the tree.
constexpr int deepest = 64;
// Ten nested lists of ten aliases each are ten thousand million nodes. A whole file of the largest size that
// uses no alias stays below this.
constexpr size_t heaviest = 64 << 20;

// Ends the parsing: nothing after this point would mean what it says.
struct Stop : std::runtime_error {
  Stop(YAML::Mark where, const std::string& what, std::string how)
      : std::runtime_error(what), mark(where), remedy(std::move(how)) {}
  YAML::Mark mark;
  std::string remedy;
};

// The parser counts bytes in a column; people and editors count characters.
class Lines {
 public:
  explicit Lines(const std::string& text) : text_(text), starts_{0} {
    for (size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') starts_.push_back(i + 1);
    }
  }

  Place place(const YAML::Mark& mark) const {
    if (mark.is_null() || mark.line < 0) return {};
    size_t line = std::min(static_cast<size_t>(mark.line), starts_.size() - 1);
    size_t begin = starts_[line];
    size_t end = std::min(begin + static_cast<size_t>(std::max(mark.column, 0)), text_.size());
    auto characters = std::count_if(text_.begin() + static_cast<std::ptrdiff_t>(begin),
                                    text_.begin() + static_cast<std::ptrdiff_t>(end),
                                    [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    return {static_cast<int>(line) + 1, static_cast<int>(characters) + 1};
  }

  bool is_indented_by_tab(const YAML::Mark& mark) const {
    if (mark.line < 0 || static_cast<size_t>(mark.line) >= starts_.size()) return false;
    size_t first = text_.find_first_not_of(' ', starts_[static_cast<size_t>(mark.line)]);
    return first != std::string::npos && text_[first] == '\t';
  }

 private:
  const std::string& text_;
  std::vector<size_t> starts_;
};

class Builder : public YAML::EventHandler {
 public:
  Builder(const Lines& lines, Findings& findings) : lines_(lines), findings_(findings) {}

  std::shared_ptr<const Node> take_root() { return std::move(root_); }
  // Of the last value or key that was complete or begun.
  Place last_place() const { return last_place_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw Stop(mark, "a second document begins here", "remove the `---`; one file is one document");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Open open = begin(Node::Kind::Null, mark, anchor);
    // The parser gives an absent value the place of what follows it, perhaps lines below.
    if (!stack_.empty() && stack_.back().has_key) open.node->place = stack_.back().key_place;
    end(std::move(open));
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      throw Stop(mark, "an alias stands inside its own anchor", "write the value out");
    attach(found->second, lines_.place(mark));
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Open open = begin(Node::Kind::Scalar, mark, anchor);
    open.node->text = value;
    open.node->quoted = tag == "!" || tag == "tag:yaml.org,2002:str";
    if (!open.node->quoted) check_tag(tag, open.node->place);
    end(std::move(open));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open_collection(Node::Kind::List, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close_collection(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open_collection(Node::Kind::Map, mark, tag, anchor);
  }
  void OnMapEnd() override { close_collection(); }

 private:
  // A node under construction. In a map, keys and values come in turns.
  struct Open {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    bool has_key = false;
    bool key_is_good = false;
    std::string key;
    Place key_place;
    std::unordered_map<std::string, int> lines_of_keys;
  };

  Open begin(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    Open open;
    open.node = std::make_shared<Node>();
    open.node->kind = kind;
    open.node->place = last_place_ = lines_.place(mark);
    open.anchor = anchor;
    return open;
  }

  void open_collection(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor) {
    if (stack_.size() >= static_cast<size_t>(deepest)) {
      throw Stop(mark, fmt::format("this is nested deeper than {} levels", deepest), "write it flatter");
    }
    stack_.push_back(begin(kind, mark, anchor));
    check_tag(tag, stack_.back().node->place);
  }

  void close_collection() {
    Open open = std::move(stack_.back());
    stack_.pop_back();
    end(std::move(open));
  }

  void end(Open open) {
    open.node->weight += 16 + open.node->text.size();
    if (open.anchor != YAML::NullAnchor) anchors_[open.anchor] = open.node;
    Place place = open.node->place;
    attach(std::move(open.node), place);
  }

  // Puts a complete node where the parser stands: `place` is that of the node, or of the alias for it.
  void attach(std::shared_ptr<const Node> node, Place place) {
    if (stack_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& parent = stack_.back();
    if (parent.node->kind == Node::Kind::Map && !parent.has_key) {
      take_key(parent, *node, place);
      return;
    }
    parent.has_key = false;
    parent.node->weight += node->weight + parent.key.size();
    parent.node->height = std::max(parent.node->height, node->height + 1);
    bool too_high =
        static_cast<size_t>(parent.node->height) + stack_.size() > static_cast<size_t>(deepest) + 1;
    if (parent.node->weight > heaviest || too_high) {
      findings_.add(place, "the aliases grow without measure", "write the values out");
      throw Stop(YAML::Mark::null_mark(), "", "");
    }
    if (parent.node->kind == Node::Kind::List) {
      parent.node->items.push_back(std::move(node));
    } else if (parent.key_is_good) {
      parent.node->entries.push_back({std::move(parent.key), parent.key_place, std::move(node)});
    }
  }

  void take_key(Open& parent, const Node& key, Place place) {
    parent.has_key = true;
    parent.key_is_good = false;
    parent.key = key.text;
    parent.key_place = place;
    if (key.kind != Node::Kind::Scalar) {
      findings_.add(place, "a key is not text", "write `key: value`");
    } else if (key.text == "<<" && !key.quoted) {
      findings_.add(place, "merge keys (`<<`) are not supported",
                    "write the keys out, or alias a whole value");
    } else if (auto [seen, is_new] = parent.lines_of_keys.emplace(key.text, place.line); !is_new) {
      findings_.add(place,
                    fmt::format("duplicate key {}, first written in line {}", quote(key.text), seen->second),
                    "keep one of the two");
    } else {
      parent.key_is_good = true;
    }
  }

  void check_tag(const std::string& tag, Place place) {
    if (tag == "?" || tag == "!" || tag.empty()) return;
    findings_.add(place, fmt::format("the tag {} is not supported", quote(tag)),
                  "remove it; quote what shall be text");
  }

  const Lines& lines_;
  Findings& findings_;
  int documents_ = 0;
  Place last_place_;
  std::shared_ptr<const Node> root_;
  std::vector<Open> stack_;
  std::map<YAML::anchor_t, std::shared_ptr<const Node>> anchors_;
};

void add_syntax_error(const YAML::Exception& error, const Lines& lines, Place last, Findings& findings) {
  if (error.msg == YAML::ErrorMsg::EOF_IN_SCALAR) {  // found at the end of the file, far from its cause
    findings.add(last, "a quoted text that begins after this is not closed", "add the quote that is missing");
    return;
  }
  findings.add(lines.place(error.mark), fmt::format("this is not YAML: {}", error.msg),
               lines.is_indented_by_tab(error.mark)
                   ? "indent with spaces, not with tabs"
                   : "check quotes, brackets and indentation here and in the line before");
}

}  // namespace

std::shared_ptr<const Node> parse(const std::string& file_text, Findings& findings) {
  // The parser takes the end of the file for the end of a quoted text when it stands at the start of a line.
  const std::string text = file_text + (file_text.ends_with('\n') ? "# the end" : "\n# the end");
  Lines lines(file_text);
  Builder builder(lines, findings);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop& stop) {
    if (*stop.what() != '\0') findings.add(lines.place(stop.mark), stop.what(), stop.remedy);
    return nullptr;
  } catch (const YAML::Exception& error) {
    add_syntax_error(error, lines, builder.last_place(), findings);
    return nullptr;
  } catch (const std::exception& error) {
    findings.add({}, fmt::format("the YAML parser gave up: {}", error.what()), "simplify the file");
    return nullptr;
  }
  std::shared_ptr<const Node> root = builder.take_root();
  if (!root) findings.add({}, "the file is empty", "write at least `routes:` with one route");
  return root;
}

}  // namespace wharf::config
