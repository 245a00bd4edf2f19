// SPDX-License-Identifier: MIT
// The hosts' keys that this user has met, a line each: "HOST:PORT FINGERPRINT". The first meeting is trusted
// and remembered; a key that has changed since is refused, as ssh does. A file that others could have changed
// is a Failure (EX_CANTCREAT).
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace chat {

class KnownRooms {
  public:
    explicit KnownRooms(std::filesystem::path file)
        : file_(std::move(file)) {}

    /// The fingerprint that is known for `host`.
    std::optional<std::string> find(const std::string& host) const;
    /// Whether it is known under any address.
    bool knows(const std::string& fingerprint) const;
    /// A host that it is known for.
    std::optional<std::string> host_of(const std::string& fingerprint) const;
    bool is_empty() const;
    /// Adds a line. A file that cannot be written leaves the host unknown, which costs no more than the next
    /// meeting being the first one again.
    void remember(const std::string& host, const std::string& fingerprint) const;

    const std::filesystem::path& file() const { return file_; }

  private:
    /// By host; of two lines for one the first counts.
    std::map<std::string, std::string> load() const;

    std::filesystem::path file_;
};

} // namespace chat
