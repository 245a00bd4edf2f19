// SPDX-License-Identifier: MIT
#include "chatd/translated_messages.hpp"

#include <libintl.h>

namespace chatd {

Messages translated_messages() {
    Messages messages;
    for (auto* message : {&messages.joined,
                          &messages.left,
                          &messages.said,
                          &messages.admin,
                          &messages.acted,
                          &messages.renamed,
                          &messages.topic,
                          &messages.removed,
                          &messages.removed_because,
                          &messages.name_missing,
                          &messages.name_too_long,
                          &messages.name_bad,
                          &messages.name_reserved,
                          &messages.name_in_use,
                          &messages.name_not_free,
                          &messages.name_not_yours,
                          &messages.text_bad,
                          &messages.not_understood,
                          &messages.nobody_called,
                          &messages.not_private,
                          &messages.cannot_save,
                          &messages.can_save_again,
                          &messages.key_set,
                          &messages.name_taken,
                          &messages.name_taken_other_free,
                          &messages.name_alike,
                          &messages.name_kept,
                          &messages.name_kept_other_free,
                          &messages.address_kept_out,
                          &messages.kept_out,
                          &messages.is_member_as,
                          &messages.not_in_room,
                          &messages.not_your_name,
                          &messages.room_full,
                          &messages.wait_to_join,
                          &messages.host_crowded,
                          &messages.classic_off,
                          &messages.not_on_lan,
                          &messages.too_fast,
                          &messages.lines_lost,
                          &messages.line_cut,
                          &messages.joins_too_fast,
                          &messages.are_you_there,
                          &messages.line_skipped,
                          &messages.lines_skipped,
                          &messages.was_removed,
                          &messages.was_removed_because,
                          &messages.room_closed})
        *message = gettext(message->c_str());
    return messages;
}

} // namespace chatd
