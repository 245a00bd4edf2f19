// SPDX-License-Identifier: MIT
// Keeps which key each name was met with, for each room, in the file of the conversations. What can't be
// kept is not: then the next run knows less.
#pragma once

#include "chat/model/known_names.hpp"
#include "common/os/sqlite.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace chat {

class NameStore {
  public:
    /// Opens `file` when it is first needed; without one nothing is kept.
    explicit NameStore(std::filesystem::path file)
        : file_(std::move(file)) {}

    /// Of the room whose host has that fingerprint; at most KnownNames::most.
    std::vector<KnownName> load(const std::string& fingerprint);
    /// Adds these to those of the room that was loaded last.
    void save(const std::vector<KnownName>& names);

  private:
    std::filesystem::path file_;
    std::unique_ptr<sqlite::Database> database_; ///< none before load(), and if it can't be opened
    std::string fingerprint_;
};

} // namespace chat
