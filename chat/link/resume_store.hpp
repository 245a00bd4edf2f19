// SPDX-License-Identifier: MIT
// Keeps what a link needs again in the next run: how far the log has been read, and the commands that are not
// resolved. It gives and takes bytes; an edge knows where they are kept.
#pragma once

#include <compare>
#include <optional>
#include <string>

namespace chat {

/// A room, as its host has proven it. One host may have several, all with the same key.
struct RoomId {
    std::string fingerprint; ///< of the host's key
    std::string name;        ///< as the host gives it, byte for byte: no label()
    auto operator<=>(const RoomId&) const = default;
};

class ResumeStore {
  public:
    virtual ~ResumeStore() = default;
    /// The bytes that save() was given last for that room; empty if there are none.
    virtual std::optional<std::string> load(const RoomId& room) = 0;
    virtual void save(const RoomId& room, const std::string& bytes) = 0;
};

} // namespace chat
