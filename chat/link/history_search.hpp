// SPDX-License-Identifier: MIT
// What the user looks for in the host's log, until it is answered: one thing at a time, the newest.
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
    /// What was asked of the session before is asked again. More may have been said since, so that the answer
    /// is another one.
    void begin_session();
    /// False for an answer that is none; `told` is what it comes to once it is whole.
    bool handle(const wire::MatchesFrame& frame, std::optional<SearchResults>& told);

    /// Of item_kind.
    void handle_lost(const session::SentItem& item);
    /// Adds a frame if one is owed and fits.
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
