// SPDX-License-Identifier: MIT
#pragma once

#include "chatd/room/messages.hpp"
#include "chatd/room/notice.hpp"
#include "chatd/room/room.hpp"
#include "common/base/time.hpp"
#include "common/net/address.hpp"
#include "common/wire/event.hpp"

#include <string>
#include <string_view>

namespace chatd {

/// What the halls, in which members of each protocol are, have in common: the way to the log and to the
/// admin.
class RoomContext {
  public:
    /// Puts a command on its way to the log. It has happened when it comes back.
    virtual void submit(wire::Entry entry) = 0;
    virtual void notice(Notice notice) = 0;
    virtual const Room& room() const = 0;
    virtual const Messages& messages() const = 0;
    /// Why a join, or a command, was refused.
    virtual std::string words_for(wire::Refusal::Reason reason, const text::Name& name) const = 0;
    /// Whether what is submitted can be saved at present.
    virtual bool can_save() const = 0;
    /// About the time that an entry submitted now will have.
    virtual WallTime time(Instant now) const = 0;
    /// Whether a member was removed from there a short while ago, and this one is new to the room. One
    /// without a key always is: host_id.
    virtual bool is_barred(const net::Address& source, const wire::MemberId& member, Instant now) const = 0;
    /// The oldest event that the log still has.
    virtual wire::Sequence oldest_kept() const = 0;

  protected:
    ~RoomContext() = default;
};

} // namespace chatd
