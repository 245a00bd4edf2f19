// SPDX-License-Identifier: MIT
// The commands of one client's outbox as they come in: in parts, early, and more than once. It hands them on
// whole, in their order, once each.
#pragma once

#include "common/session/fragments.hpp"
#include "common/wire/frame.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace chatd {

class CommandInbox {
  public:
    /// A client sends commands up to `reach` numbers after the last that was handed on.
    explicit CommandInbox(std::uint64_t reach)
        : reach_(reach) {}

    /// The log has all commands up to `last`: forgets those.
    void go_on_behind(std::uint64_t last);

    /// Takes a command, or a part of one; drops it if it came before, or is further ahead than a client
    /// sends.
    void accept(const wire::CommandFrame& frame);
    /// False if the part fits no command.
    bool accept(const wire::PartFrame& part);
    /// Whether no command in `frames`, whole or in part, would have to wait for another one.
    bool is_waited_for(const std::vector<wire::Frame>& frames) const;

    /// Whether the next command is there, whole.
    bool has_next() const { return commands_.contains(last_ + 1); }
    struct Command {
        std::uint64_t number = 0;
        std::string bytes;
    };
    Command take_next();

    /// Bytes of commands that are kept.
    std::size_t size() const { return size_; }
    /// Commands that are kept, whole or in parts.
    std::size_t count() const { return commands_.size() + reassemblies_.size(); }

  private:
    bool is_kept(std::uint64_t number) const;
    void forget(std::uint64_t number);
    void forget_reassembly(std::uint64_t number);

    std::uint64_t reach_;
    std::uint64_t last_ = 0; ///< the last command that was handed on, or that the log has
    std::map<std::uint64_t, std::string> commands_; ///< whole ones after last_, within reach_ of it
    std::map<std::uint64_t, session::Reassembly> reassemblies_; ///< the others
    std::size_t size_ = 0;                                      ///< bytes of all of them
};

} // namespace chatd
