// SPDX-License-Identifier: MIT
// A session with the host, and all that belongs to this session alone: its roster and presence, results that
// came before its WELCOME, and a challenge that is to be answered. The Membership has all that outlives it.
#pragma once

#include "chat/link/presence.hpp"
#include "common/session/fragments.hpp"
#include "common/session/session.hpp"
#include "common/wire/frame.hpp"
#include "common/wire/message.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chat {

class Channel {
  public:
    explicit Channel(std::unique_ptr<session::Session> session)
        : session_(std::move(session)) {}

    session::Session& session() { return *session_; }
    const session::Session& session() const { return *session_; }

    /// False if the part does not fit the others, or the roster can't be read.
    bool accept(const wire::RosterFrame& part);
    /// False if there are more changes than any host tells.
    bool accept(const wire::PresenceFrame& frame);
    /// Keeps a result that came before the WELCOME, which says of which command it is. False if there are
    /// more than any host has.
    bool accept_early(const wire::ResultFrame& result);
    void accept(const wire::ChallengeFrame& frame) { challenge_ = frame.token; }
    /// False for one that came before, or is older than one that did: the newest counts.
    bool is_new(const wire::NoticeFrame& frame) {
        if (frame.number <= newest_notice_) return false;
        newest_notice_ = frame.number;
        return true;
    }

    struct EarlyResult {
        wire::ResultFrame frame; ///< its reason is not valid: it was a view
        std::string reason;
    };
    /// The results that accept_early() has kept, by number.
    std::vector<EarlyResult> drain_early_results();
    /// The roster, the first time after it is whole; its changes come after it.
    std::optional<wire::Roster> drain_roster();
    /// Whether drain_roster() has given the roster.
    bool is_roster_told() const { return is_roster_told_; }
    Presence& presence() { return presence_; }
    /// The answer to a challenge, if one has come.
    std::optional<std::string> poll_response();

  private:
    std::unique_ptr<session::Session> session_;
    session::Reassembly roster_parts_;
    std::optional<wire::Roster> roster_; ///< once it is whole, until it is told
    bool is_roster_told_ = false;
    Presence presence_;
    std::optional<std::uint64_t> challenge_;
    std::uint64_t newest_notice_ = 0;
    std::map<std::uint64_t, EarlyResult> early_results_; ///< by number; at most Outbox::max_unresolved
};

} // namespace chat
