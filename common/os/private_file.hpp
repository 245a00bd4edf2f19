// SPDX-License-Identifier: MIT
// Private files and directories. open() itself makes them private, whatever the umask is. They are refused if
// others could have put, changed or read them. It neither follows a symbolic link in the place of a file nor
// waits at a pipe, and it does not know what the files mean.
//
// "Ours" means: owned by the user that runs the program, or by root, who may do everything anyway.
#pragma once

#include "common/base/secret_text.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace files {

/// Others can get at a file or directory, or it is of the wrong kind; the sentence says what to do. Any other
/// fault is a std::runtime_error with a sentence.
class Unsafe : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Makes `directory`, and those above it, with mode 0700 where they are not there. It has to be ours, and
/// others must not be able to write to it, except as to /tmp. It may be reached through a symbolic link of
/// ours.
void make_directory(const std::filesystem::path& directory);
/// Makes the directory likewise, and keeps others from listing it.
void make_directory_of_our_own(const std::filesystem::path& directory);

/// The content of `file`; empty if it is not there. Others must not be able to write it. If they can read it,
/// this takes that from them.
std::optional<std::string> read(const std::filesystem::path& file);
/// At most the first `most` bytes of a secret. Others must not have been able to read the file either.
std::optional<SecretText> read_secret(const std::filesystem::path& file, std::size_t most);
/// The content of a file that the user names, which may be a symbolic link. Others must not be able to write
/// it.
std::optional<std::string> read_named(const std::filesystem::path& file);
/// A secret in a file that the user names, which may be a symbolic link. Below $CREDENTIALS_DIRECTORY, where
/// systemd(1) puts secrets, the file may belong to anybody.
SecretText read_named_secret(const std::filesystem::path& file, std::size_t most);

/// Writes at the end of `file`, in one piece. Makes the file, with mode 0600, if it is not there.
void append(const std::filesystem::path& file, std::string_view bytes);
/// Replaces all of `file`, or nothing, by a file of mode 0600 that is durable once this returns.
void replace(const std::filesystem::path& file, std::string_view bytes);
/// Makes `file` likewise if it is not there; false if it is.
bool create(const std::filesystem::path& file, std::string_view bytes);

/// Makes a file that the user names, as create() does, in any directory.
bool create_named(const std::filesystem::path& file, std::string_view bytes);
/// Gives `file` a second name, under which it stays when it is replaced: its own name with the suffix that
/// this returns. `is_free` says whether a suffix may be taken, as other files may need it, too.
using IsFree = std::function<bool(const std::string& suffix)>;
std::string keep_beside(const std::filesystem::path& file, const IsFree& is_free);

/// Makes `file` for SQLite if it is not there, and checks it and the files that SQLite puts beside it. Gives
/// the path to open: its own name in a directory without a symbolic link on the way.
std::filesystem::path prepare_database(const std::filesystem::path& file);

} // namespace files
