// SPDX-License-Identifier: MIT
// Keeps which key each name was met with, for each room, in the file of the conversations. What can't be
// kept is not: then the next run knows less.
#pragma once

#include "chat/model/known_names.hpp"
#include "common/os/sqlite.hpp"
#include "common/session/crypto.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace chat {

class NameStore {
  public:
    /// Opens `file` when it is first needed; without one nothing is kept.
    explicit NameStore(std::filesystem::path file, std::optional<session::SecretKey> secret = {})
        : file_(std::move(file))
        , secret_(std::move(secret)) {}

    /// Of the room whose host has that fingerprint; at most KnownNames::most.
    std::vector<KnownName> load(const std::string& fingerprint);
    /// What is known of that room: the names of others, and those that keys made of `secret` have there.
    void load(const std::string& fingerprint, KnownNames& names);
    /// Adds these to those of the room that was loaded last.
    void save(const std::vector<KnownName>& names);

  private:
    void load_own(KnownNames& names) const;

    std::filesystem::path file_;
    std::optional<session::SecretKey> secret_;
    std::unique_ptr<sqlite::Database> database_; ///< none before load(), and if it can't be opened
    std::string fingerprint_;
};

} // namespace chat
