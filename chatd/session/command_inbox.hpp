// SPDX-License-Identifier: MIT
// The commands of one client's outbox as they come in: in parts, early and more than once. They are handed on
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
    /// `reach` is how far behind the last that was handed on a client sends.
    explicit CommandInbox(std::uint64_t reach)
        : reach_(reach) {}

    /// The log has all up to `last`. What is kept of them is let go.
    void go_on_behind(std::uint64_t last);

    /// A command, or a part of one. What came before, or is further ahead than a client sends, is let go.
    void accept(const wire::CommandFrame& frame);
    /// False for a part that can't be one.
    bool accept(const wire::PartFrame& part);
    /// Whether none of `frames` is a command, or a part of one, that would have to wait behind others.
    bool is_waited_for(const std::vector<wire::Frame>& frames) const;

    /// Whether the next command has come whole.
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
    std::uint64_t last_ = 0;                        ///< that was handed on, or is known to be in the log
    std::map<std::uint64_t, std::string> commands_; ///< behind last_, within reach_ of it
    std::map<std::uint64_t, session::Reassembly> reassemblies_; ///< the same
    std::size_t size_ = 0;                                    ///< bytes of both
};

} // namespace chatd
