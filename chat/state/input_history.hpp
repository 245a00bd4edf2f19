// SPDX-License-Identifier: MIT
// The lines that a user typed before, in a file: a line each, with its own line feeds written as \n.
#pragma once

#include <cstddef>
#include <deque>
#include <filesystem>
#include <string>

namespace chat {

/// The newest `most`, oldest first; none if there is no file. A file that is not private, or can't be read,
/// is a Failure (EX_CANTCREAT).
std::deque<std::string> load_typed_lines(const std::filesystem::path& file, std::size_t most);
/// Adds one. What can't be written is not kept: nobody stops talking over it.
void keep_typed_line(const std::filesystem::path& file, const std::string& line);

} // namespace chat
