// SPDX-License-Identifier: MIT
// The file with what outlives the program of a conversation: what its link wants to find again, and which of
// the user's keys it is held with.
#pragma once

#include "chat/link/keyring.hpp"
#include "chat/link/resume_store.hpp"
#include "chat/state/own_names.hpp"
#include "common/os/sqlite.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace chat {

/// Keeps all of it in a file, made by open_conversations(), for one conversation at a time: the one that
/// key_for() was asked about last. What can't be saved is not: the conversation goes on without.
class FileResumeStore final : public ResumeStore, public Keyring {
  public:
    FileResumeStore(const std::filesystem::path& file, const session::SecretKey& secret);

    session::KeyPair key_for(const std::string& fingerprint, const std::string& name) override;
    void remember(const std::string& fingerprint, const std::string& name) override;
    std::optional<std::string> load(const RoomId& room) override;
    void save(const RoomId& room, const std::string& bytes) override;

  private:
    std::unique_ptr<sqlite::Database> database_; ///< none if it could not be opened
    std::optional<OwnNames> names_;              ///< in it
    session::SecretKey secret_;
    std::string label_; ///< of the key that this is the conversation of
};

/// Throws sqlite::Error.
std::unique_ptr<sqlite::Database> open_conversations(const std::filesystem::path& file);

/// What is wrong with that file, for its user; nothing if it can be read, or is not there.
std::optional<std::string> fault_of_conversations(const std::filesystem::path& file);

} // namespace chat
