// SPDX-License-Identifier: MIT
// All that chatd says to members, in one language: English as it stands here.
#pragma once

#include "common/wire/classic.hpp"
#include "common/wire/event.hpp"

#include <string>

namespace chatd {

struct Messages : wire::classic::Phrases {
    std::string acted = "* {name} {text}";
    std::string renamed = "{name} is now called {text}";
    std::string topic = "the topic is now: {text}";
    std::string removed = "{name} left the room (removed by admin)";
    std::string removed_because = "{name} left the room (removed by admin: {text})";

    // To one member, behind "chatd: ". Less than wire::classic::max_refusal bytes each.
    std::string name_missing = "say who you are: L NAME";
    std::string name_too_long = "that name is too long: at most 24 columns";
    std::string name_bad = "a name is at most 24 columns of letters and digits, with . _ - between them";
    std::string name_reserved = "the name {name} is kept for the host: choose another";
    std::string name_in_use = "that name is taken";
    std::string name_not_free = "that name is kept for the host: choose another";
    std::string name_not_yours =
        "that name belongs to somebody else: choose another, or ask admin to free it";
    std::string text_bad =
        "that text is empty, too long, ends with a space, or has characters that can't be shown";
    std::string not_understood = "the host does not know that command: one of the two programs is too old";
    std::string nobody_called = "nobody of that name is here";
    std::string not_private = "that member uses the classic protocol, which anybody can read: not whispered";
    std::string cannot_save = "the host can't save: lines wait";
    std::string can_save_again = "the host can save again";
    std::string key_set = "the room has a key now: join with chat and the key";
    std::string name_taken = "the name {name} is taken";
    std::string name_taken_other_free = "the name {name} is taken; {text} is free";
    std::string name_alike = "{name} looks like {text}, who is here: choose another name";
    std::string name_kept = "{name} belongs to somebody else: choose another, or ask admin to free it";
    std::string name_kept_other_free =
        "{name} belongs to somebody else: take {text}, or ask admin to free it";
    std::string address_kept_out = "admin removed somebody from your address: come back in a minute";
    std::string kept_out = "admin removed you, or a member of that name: come back in a minute";
    std::string is_member_as = "you are in the room as {name}: leave first with Q {name}";
    std::string not_in_room = "you are not in the room: join first with L NAME";
    std::string not_your_name = "you are {name} here: nobody speaks or quits for another";
    std::string room_full = "the room is full";
    std::string wait_to_join = "many are joining: you are let in as soon as it is your turn";
    std::string host_crowded = "too many members are here from your address";
    std::string classic_off = "this room takes encrypted clients only: join with chat";
    std::string not_on_lan = "classic clients join from the host's own network only";
    std::string too_fast = "too fast: that line was not sent, others are waiting";
    std::string lines_lost = "too fast: {text} lines were not sent, others are waiting";
    std::string line_cut = "that line was longer than 8192 bytes: the end is cut off";
    std::string joins_too_fast = "too many joins just now: try again in a few seconds";
    std::string are_you_there =
        "{text}: is anybody there? an error says that you are gone; if not, just go on";
    std::string line_skipped = "1 line was skipped here: a classic client gets at most 8 KiB a second";
    std::string lines_skipped =
        "{text} lines were skipped here: a classic client gets at most 8 KiB a second";
    std::string was_removed = "you were removed by admin";
    std::string was_removed_because = "you were removed by admin: {text}";
    std::string room_closed = "the room is closed";

    /// Why something was refused, whatever name it was about.
    const std::string& why(wire::Refusal::Reason reason) const;
};

} // namespace chatd
