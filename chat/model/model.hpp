// SPDX-License-Identifier: MIT
// The state that the screen shows: lines, members and connection. Events of the network and typed lines
// change it; it draws nothing and sends nothing. Each event has a handler, which updates the three and makes
// the line that the user reads.
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
    KnownNames known_names;        ///< of this room, if it is encrypted
    std::set<std::string> ignored; ///< names whose lines are not shown

    /// Applies an event of that time.
    void apply(const LinkEvent& event, WallTime time);
    /// Adds the line of a command that the network has been given. False if the command has no line.
    bool add_own(LineId id, const wire::Command& command, WallTime time);
    /// Adds a message of this program about what may do harm.
    void add_warning(std::string text, WallTime time);
    /// Adds any other message of this program.
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

    /// Adds the line of an event of the room, if it has one.
    void show(const RoomEvent& what, WallTime received);
    void show_results(const SearchResults& found, WallTime time);
    /// The line of an event; empty if it has none.
    std::optional<Line> line_of(const wire::Event& event, WallTime received) const;
    void add(Line line, wire::Sequence event = 0);
    void add(Line::Kind kind, std::string who, std::string text, WallTime time);
    /// Warns if another key had the name before.
    void check_key(const text::Name& who, WallTime time);
};

} // namespace chat
