// SPDX-License-Identifier: MIT
// A session with the host, and what belongs to it alone: the roster and the presence that it tells of, what
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

    /// False for a part that fits no other, or a roster that can't be read.
    bool accept(const wire::RosterFrame& part);
    /// False for more than any host tells.
    bool accept(const wire::PresenceFrame& frame);
    /// A result that has overtaken the WELCOME, which says what command it is of. False for more than any
    /// host has.
    bool accept_early(const wire::ResultFrame& result);
    void accept(const wire::ChallengeFrame& frame) { challenge_ = frame.token; }
    /// False for one that came before, or is older than one that did: the newest counts.
    bool is_new(const wire::NoticeFrame& frame) {
        if (frame.number <= newest_notice_) return false;
        newest_notice_ = frame.number;
        return true;
    }

    struct EarlyResult {
        wire::ResultFrame frame; ///< but for its reason, which is a view
        std::string reason;
    };
    /// Those that accept_early() has had, by number.
    std::vector<EarlyResult> drain_early_results();
    /// The roster, once; its changes come behind it.
    std::optional<wire::Roster> drain_roster();
    /// Whether drain_roster() has given it.
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
