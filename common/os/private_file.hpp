// SPDX-License-Identifier: MIT
// Files and directories that are nobody else's: made private by open() itself, whatever the umask is, and
// refused where others could have put, changed or read what is in them. It neither follows a symbolic link
// in the place of a file nor waits at a pipe. It knows nothing of what is kept.
//
// "Ours" is what belongs to the user that runs the program, or to root, who may do everything anyway.
#pragma once

#include "common/base/secret_text.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace files {

/// Others can get at a file or directory, or it is of the wrong kind; in a sentence that says what to do. Any
/// other fault is a std::runtime_error with a sentence.
class Unsafe : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Makes `directory`, and those above it, with mode 0700 where they are not there. It has to be ours, and
/// others must not be able to write to it, except as to /tmp. It may be reached through a symbolic link of
/// ours.
void make_directory(const std::filesystem::path& directory);
/// The same, and takes from others that they can list what is in it.
void make_directory_of_our_own(const std::filesystem::path& directory);

/// The content of `file`; empty if it is not there. Others must not be able to write it. If they can read it,
/// this ends that.
std::optional<std::string> read(const std::filesystem::path& file);
/// The same of a secret, which others must not have been able to read. At most the first `most` bytes.
std::optional<SecretText> read_secret(const std::filesystem::path& file, std::size_t most);
/// Of a file that the user names, and may reach through a symbolic link: others must not be able to write it.
std::optional<std::string> read_named(const std::filesystem::path& file);
/// A secret in a file that the user names. It may be reached through a symbolic link, and below
/// $CREDENTIALS_DIRECTORY, where systemd(1) puts them, belong to anybody.
SecretText read_named_secret(const std::filesystem::path& file, std::size_t most);

/// At the end of `file`, in one piece; it is made, with mode 0600, if it is not there.
void append(const std::filesystem::path& file, std::string_view bytes);
/// In the place of `file`, or not at all; with mode 0600, and durable once this returns.
void replace(const std::filesystem::path& file, std::string_view bytes);
/// The same if `file` is not there; false if it is.
bool create(const std::filesystem::path& file, std::string_view bytes);

/// As create() does, where the user wants it; in whatever directory that is.
bool create_named(const std::filesystem::path& file, std::string_view bytes);
/// Gives `file` a second name, which goes on when it is replaced: its own with the suffix that this returns,
/// one that `is_free` for what else is to have it.
using IsFree = std::function<bool(const std::string& suffix)>;
std::string keep_beside(const std::filesystem::path& file, const IsFree& is_free);

/// Makes `file` for SQLite if it is not there, and checks it, with those that SQLite puts beside it. Gives
/// the path to open: its own name in a directory without a symbolic link on the way.
std::filesystem::path prepare_database(const std::filesystem::path& file);

} // namespace files
