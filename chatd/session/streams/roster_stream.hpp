// SPDX-License-Identifier: MIT
// The roster as of the WELCOME. Members who come at the same time share its bytes.
#pragma once

#include "chatd/session/streams/stream.hpp"
#include "common/session/fragments.hpp"
#include "common/wire/frame.hpp"

#include <memory>
#include <string>
#include <utility>

namespace chatd {

class RosterStream {
  public:
    void begin(wire::Sequence as_of, std::shared_ptr<const std::string> roster) {
        as_of_ = as_of;
        roster_ = std::move(roster);
        parts_ = session::Fragmenter(roster_->size());
    }
    /// Whether all of it has arrived, or it was never begun.
    bool has_arrived() const { return parts_.has_arrived(); }

    bool write(Outgoing& out) {
        while (const auto offset = parts_.next()) {
            const auto bytes = session::Fragmenter::part_at(*offset, *roster_);
            if (!out.add(wire::RosterFrame{as_of_, *offset, roster_->size(), bytes}, *offset)) return false;
            parts_.on_sent(*offset);
        }
        return true;
    }
    void on_acked(const session::SentItem& item) {
        parts_.on_acked(item.first);
        if (parts_.has_arrived()) roster_.reset();
    }
    void on_lost(const session::SentItem& item) { parts_.on_lost(item.first); }
    /// Bytes of memory, without the roster's.
    std::size_t memory() const { return node_size * parts_.count(); }

  private:
    wire::Sequence as_of_ = 0;
    std::shared_ptr<const std::string> roster_; ///< null once all of it has arrived
    session::Fragmenter parts_;
};

} // namespace chatd
