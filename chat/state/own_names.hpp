// SPDX-License-Identifier: MIT
// Which of the user's keys holds which name in a room. A key is made of the name that it was first used for,
// its label; a member that is called something else from then on goes on with its key, and so do those of its
// names that it has given up.
#pragma once

#include "common/os/sqlite.hpp"

#include <string>
#include <vector>

namespace chat {

struct OwnName {
    std::string fingerprint; ///< of the room's host
    std::string name;
    std::string label; ///< of the key that holds it
    bool operator==(const OwnName&) const = default;
};

class OwnNames {
  public:
    /// `database` must outlive it. All of these throw sqlite::Error.
    explicit OwnNames(sqlite::Database& database);

    /// The label of the key that holds `name`, or one that looks like it; `name` itself if none is known to.
    std::string label_of(const std::string& fingerprint, const std::string& name) const;
    void remember(const OwnName& own);
    std::vector<OwnName> all() const;

  private:
    sqlite::Database& database_;
};

} // namespace chat
