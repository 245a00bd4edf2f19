// SPDX-License-Identifier: MIT
#include "chatd/room/messages.hpp"

#include "common/base/ensure.hpp"

#include <libintl.h>

namespace chatd {

Messages translated() {
    Messages words;
    for (auto* word : {&words.joined,
                       &words.left,
                       &words.said,
                       &words.admin,
                       &words.acted,
                       &words.renamed,
                       &words.topic,
                       &words.removed,
                       &words.removed_because,
                       &words.name_missing,
                       &words.name_too_long,
                       &words.name_bad,
                       &words.name_reserved,
                       &words.name_in_use,
                       &words.name_not_free,
                       &words.name_not_yours,
                       &words.text_bad,
                       &words.not_understood,
                       &words.nobody_called,
                       &words.not_private,
                       &words.cannot_save,
                       &words.can_save_again,
                       &words.key_set,
                       &words.name_taken,
                       &words.name_taken_other_free,
                       &words.name_alike,
                       &words.name_kept,
                       &words.name_kept_other_free,
                       &words.address_kept_out,
                       &words.kept_out,
                       &words.is_member_as,
                       &words.not_in_room,
                       &words.not_your_name,
                       &words.room_full,
                       &words.wait_to_join,
                       &words.host_crowded,
                       &words.classic_off,
                       &words.not_on_lan,
                       &words.too_fast,
                       &words.lines_lost,
                       &words.line_cut,
                       &words.joins_too_fast,
                       &words.are_you_there,
                       &words.line_skipped,
                       &words.lines_skipped,
                       &words.was_removed,
                       &words.was_removed_because,
                       &words.room_closed})
        *word = gettext(word->c_str());
    return words;
}

const std::string& Messages::why(wire::Refusal::Reason reason) const {
    switch (reason) {
    case wire::Refusal::Reason::name_taken: return name_in_use;
    case wire::Refusal::Reason::name_reserved: return name_not_free;
    case wire::Refusal::Reason::nobody: return nobody_called;
    case wire::Refusal::Reason::not_private: return not_private;
    case wire::Refusal::Reason::name_kept: return name_not_yours;
    case wire::Refusal::Reason::was_removed: return kept_out;
    case wire::Refusal::Reason::bad_text: return text_bad;
    case wire::Refusal::Reason::bad_name: return name_bad;
    case wire::Refusal::Reason::not_understood: return not_understood;
    case wire::Refusal::Reason::is_member:
    case wire::Refusal::Reason::no_member:
    case wire::Refusal::Reason::not_next: return not_in_room;
    }
    ensure(false, "every refusal has words");
    return not_in_room;
}

} // namespace chatd
