// SPDX-License-Identifier: MIT
// What the screen is about: the lines, who is known to be here, how the connection is. Plain state, changed
// by what the network says and the user types; it draws nothing and sends nothing. Each event has a handler,
// which tells the three what they have to know, and the user what is to be read.
#pragma once

#include "chat/link/link.hpp"
#include "chat/model/connection.hpp"
#include "chat/model/known_names.hpp"
#include "chat/model/members.hpp"
#include "chat/model/scrollback.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace chat {

class Model {
  public:
    Connection connection;
    Members members;
    Scrollback scrollback;
    KnownNames known_names;        ///< of this room, where it is encrypted
    std::set<std::string> ignored; ///< names whose lines are not shown

    /// What the network says, at that time.
    void apply(const LinkEvent& event, WallTime time);
    /// Something that was typed here and handed to the network. False if it is no line.
    bool add_own(LineId id, const wire::Command& command, WallTime time);
    /// A word of this program's.
    /// This program's own, about what may do harm.
    void add_warning(std::string text, WallTime time);
    void add_local(std::string_view text, WallTime time);

  private:
    void handle(const Online& online, WallTime time);
    void handle(const Refused& refused, WallTime time);
    void handle(const Unanswered& unanswered, WallTime time);
    void handle(const Offline& offline, WallTime time);
    void handle(const LineSent& sent, WallTime time);
    void handle(const LineRefused& refused, WallTime time);
    void handle(const Closed& closed, WallTime time);
    void handle(const RoundTrip& measured, WallTime time);
    void handle(const RoomKnown& known, WallTime time);
    void handle(const HostUnknown& unknown, WallTime time);
    void handle(const HostKeyChanged& changed, WallTime time);
    void handle(const PasswordRefused& refused, WallTime time);
    void handle(const Named& named, WallTime time);
    void handle(const RosterKnown& known, WallTime time);
    void handle(const PresenceKnown& known, WallTime time);
    void handle(const TypingKnown& typing, WallTime time);
    void handle(const RoomEvent& what, WallTime time);
    void handle(const LineKept& kept, WallTime time);
    void handle(const SearchResults& found, WallTime time);
    void handle(const Notice& notice, WallTime time);

    /// The line that an event of the room is read as, if it is any.
    void show(const RoomEvent& what, WallTime received);
    void show_results(const SearchResults& found, WallTime time);
    /// What was said, as a line; nothing for what is none.
    std::optional<Line> line_of(const wire::Event& event, WallTime received) const;
    void add(Line line, wire::Sequence event = 0);
    void add(Line::Kind kind, std::string who, std::string text, WallTime time);
    /// Warns if it is not who had the name before.
    void check_key(const text::Name& who, WallTime time);
};

} // namespace chat
