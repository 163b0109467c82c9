// `database:` of a method of `auth:`.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "config/django_auth.h"
#include "config/findings.h"
#include "config/node.h"

namespace wharf::config {

// [loader] A file is relative to `base`. `clear_secrets` gets the place of a password that stands in the
// file.
void read_database(const Node& node, const std::filesystem::path& base, Database& database,
                   std::vector<Position>& clear_secrets, Findings& findings);

// [loader] The name of a column, or of a table, which may have a schema in front. It is written into
// statements.
void read_sql_name(const Node& node, std::string_view key, bool may_have_schema, std::string& name,
                   Findings& findings);

}  // namespace wharf::config
