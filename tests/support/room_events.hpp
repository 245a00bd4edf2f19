// SPDX-License-Identifier: MIT
// What happens in a room, as a link tells it whose host keeps no log: without a number and a time.
#pragma once

#include "chat/link/link.hpp"

#include <string_view>

namespace test {

inline chat::RoomEvent joined(std::string_view name) {
    return {{0, {}, wire::Joined{{}, *text::Name::parsed(name), false}}};
}
inline chat::RoomEvent left(std::string_view name) {
    return {{0, {}, wire::Left{{}, *text::Name::parsed(name)}}};
}
inline chat::RoomEvent said(std::string_view name, std::string_view words) {
    return {{0, {}, wire::Said{{}, *text::Name::parsed(name), text::Text::from_untrusted(words)}}};
}
inline chat::RoomEvent shouted(std::string_view words) {
    return {{0, {}, wire::Shouted{text::Text::from_untrusted(words)}}};
}
inline chat::Notice noticed(std::string words) {
    return {chat::Notice::From::link, std::move(words)};
}

} // namespace test
