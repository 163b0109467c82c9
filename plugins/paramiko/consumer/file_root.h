// Where on the server a path leads that a visitor has named, and whether the route lets them there.
//
// Below a `root` the server itself says where a path leads, links and dots included, and what it says is used
// from then on. Relative paths begin at the root. Without one, paths are what they are, and begin at home.
//
// A root keeps a page to a part of the files. It is no wall for who has a shell there as well, who may look
// elsewhere, and may put a link into the place of a folder between question and use: that is what the rights
// of the user, or sshd's ChrootDirectory, are for.
#pragma once

#include <functional>
#include <string>

#include "ssh/sftp.h"

namespace wharf_paramiko {

using Place = std::function<void(ssh::Result<std::string> path)>;

// [worker] Of what is there: a link at the end is followed. E_POLICY for what is not below `root`, "" for no
// root. May call back at once.
void find_existing(ssh::Sftp& sftp, const std::string& root, const std::string& path, Place place);

// [worker] Of a name in a folder, whether it is there or not; a link of that name is not followed.
void find_name(ssh::Sftp& sftp, const std::string& root, const std::string& path, Place place);

}  // namespace wharf_paramiko
