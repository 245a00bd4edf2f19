// SPDX-License-Identifier: MIT
// What a link wants to find again in the next run: how far the log has been read, and what was typed and is
// not yet resolved. It gives and takes bytes; where they are kept is not its matter.
#pragma once

#include <compare>
#include <optional>
#include <string>

namespace chat {

/// A room, as its host has proven it: one host may have several, all with its key.
struct RoomId {
    std::string fingerprint; ///< of the host
    std::string name;        ///< as the host gives it, byte for byte: no label()
    auto operator<=>(const RoomId&) const = default;
};

class ResumeStore {
  public:
    virtual ~ResumeStore() = default;
    /// What save() was given last for that room.
    virtual std::optional<std::string> load(const RoomId& room) = 0;
    virtual void save(const RoomId& room, const std::string& bytes) = 0;
};

} // namespace chat
