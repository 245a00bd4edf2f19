// SPDX-License-Identifier: MIT
#include "chatd/room/messages.hpp"

#include "common/base/ensure.hpp"

namespace chatd {

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
