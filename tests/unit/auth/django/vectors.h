// What Django wrote and answered, in files beside the tests.
#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <string>
#include <string_view>

inline nlohmann::json read_vectors(const std::string& file, const char* list) {
  std::ifstream in(std::string(WHARF_DJANGO_VECTORS) + file);
  return nlohmann::json::parse(in).at(list);
}

inline std::string from_hex(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return bytes;
}
