// SPDX-License-Identifier: MIT
// Events as bytes. All that is read is checked: a bad name, or a text that is not displayable, is malformed.
#pragma once

#include "common/wire/event.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wire {

/// An event as its members get it: with the author's name, without anybody's id.
std::string encode(const Event& event);

/// The reverse; ids are not on the wire, so those in the result are empty.
std::optional<Event> decode_event(Sequence sequence, std::string_view bytes);

/// Whether an event is something that was said to everybody.
bool is_line(std::string_view event);

/// Tells one event from another in the same place, as in a log that was put back from a copy. Not 0.
std::uint64_t mark_of(std::string_view event);

} // namespace wire
