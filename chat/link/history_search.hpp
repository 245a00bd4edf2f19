// SPDX-License-Identifier: MIT
// The user's search in the host's log, until it is answered. There is one at a time, the newest.
#pragma once

#include "chat/link/link.hpp"
#include "chat/link/outbox.hpp"
#include "common/session/fragments.hpp"
#include "common/session/packet_builder.hpp"
#include "common/wire/frame.hpp"

#include <optional>
#include <string>
#include <vector>

namespace chat {

class HistorySearch {
  public:
    /// The kind of its session::SentItem.
    static constexpr std::uint8_t item_kind = Outbox::item_kind + 1;

    /// See Link::find().
    void begin(wire::Sequence before, const std::string& needle);
    /// Asks again what the last session was asked. More may have been said since, so parts of its answer
    /// don't fit the new one.
    void begin_session();
    /// False if the answer is malformed. Sets `told` once the answer is whole.
    bool handle(const wire::MatchesFrame& frame, std::optional<SearchResults>& told);

    /// `item` is of item_kind.
    void handle_lost(const session::SentItem& item);
    /// Adds the SEARCH frame if it is to be sent and fits.
    void write(session::PacketBuilder& packet);

  private:
    std::uint64_t number_ = 0;
    wire::Sequence before_ = 0;
    std::string needle_;
    bool is_open_ = false;
    bool is_pending_ = false;
    session::Reassembly answer_;
};

} // namespace chat
