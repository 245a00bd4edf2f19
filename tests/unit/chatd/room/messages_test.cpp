// SPDX-License-Identifier: MIT
#include "chatd/room/messages.hpp"

#include <doctest/doctest.h>

TEST_CASE("a refusal is short enough for simple clients, whatever the names in it") {
    const chatd::Messages words;
    const std::string longest(24, 'm');
    for (const auto* pattern : {&words.name_missing,
                                &words.name_too_long,
                                &words.name_bad,
                                &words.name_reserved,
                                &words.name_in_use,
                                &words.name_not_free,
                                &words.nobody_called,
                                &words.not_private,
                                &words.name_not_yours,
                                &words.text_bad,
                                &words.not_understood,
                                &words.name_taken,
                                &words.name_taken_other_free,
                                &words.name_alike,
                                &words.name_kept,
                                &words.name_kept_other_free,
                                &words.kept_out,
                                &words.is_member_as,
                                &words.not_in_room,
                                &words.not_your_name}) {
        const auto line = std::string(wire::classic::host_prefix) +
                          wire::classic::filled(*pattern, longest, longest) + "\n";
        CHECK_MESSAGE(line.size() < wire::classic::max_refusal, line);
    }
}
