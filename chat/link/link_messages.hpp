// SPDX-License-Identifier: MIT
// All that a link says to its user of its own, in one language: English as it stands here. The edge of the
// program hands in a translation.
#pragma once

#include <array>
#include <string>

namespace chat {

struct LinkMessages {
    // Why nothing is said to the host that answers.
    std::string key_missing = "the room wants a key now: leave, and join with --key-file";
    std::string key_unwanted = "the room has no key now: it may not be the one that is meant";
    std::string key_wrong = "the room has another key now: leave, and join with it";
    std::string other_host = "another host answers there now, with the key {0}: nothing is said to it";
    std::string other_room = "another room of that host answers there now, {0}: nothing is said to it";

    std::string not_let_in =
        "the host is there, but lets nobody in from here just now: too many are joining, or wrong keys were "
        "tried from this address; still trying";
    std::string joined_elsewhere = "you have joined from elsewhere with the same key";

    // What is different about the host's log.
    std::string older_log = "the host's log is older than what was seen here: it was put back from a copy, "
                            "and some lines are gone";
    std::string lines_missing = "{0} lines are missing here: the host keeps them no more";
    std::string new_log = "the host has begun a new log: what was said before is in it no more";

    // Of one's own lines.
    std::string not_sure = "not sure whether it was said: the host forgot";
    std::string talk_only = "the classic protocol knows nothing but talk";

    /// Each of them, for a translation.
    std::array<std::string*, 12> all() {
        return {&key_missing,      &key_unwanted, &key_wrong,     &other_host, &other_room, &not_let_in,
                &joined_elsewhere, &older_log,    &lines_missing, &new_log,    &not_sure,   &talk_only};
    }
};

} // namespace chat
