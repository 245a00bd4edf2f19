// SPDX-License-Identifier: MIT
// What of a conversation outlives the program: how far it has been read, and what was typed and is not yet
// settled.
#pragma once

#include "common/sqlite.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace chat {

class Keeper {
  public:
    virtual ~Keeper() = default;
    /// What save() was given last for the room whose host has that fingerprint.
    virtual std::optional<std::string> load(const std::string& fingerprint) = 0;
    virtual void save(const std::string& fingerprint, const std::string& bytes) = 0;
};

/// Keeps it in a file, for one name of the user's. What can't be saved is not: the conversation goes on
/// without.
class FileKeeper final : public Keeper {
  public:
    FileKeeper(const std::filesystem::path& file, std::string name);
    std::optional<std::string> load(const std::string& fingerprint) override;
    void save(const std::string& fingerprint, const std::string& bytes) override;

  private:
    std::unique_ptr<sqlite::Database> database_; ///< none if it could not be opened
    std::string name_;
};

} // namespace chat
