// SPDX-License-Identifier: MIT
#include "common/session/room_password.hpp"

#include "common/text/utf8.hpp"

namespace session {
namespace {

constexpr std::string_view channel = "chat/1 room key";

} // namespace

std::optional<SecretText> parse_room_password(std::string_view typed) {
    typed = typed.substr(0, typed.find_first_of("\r\n"));
    if (typed.empty() || typed.size() > max_room_password || !text::is_valid_utf8(typed)) return std::nullopt;
    auto normal = text::normalized(typed);
    SecretText password(normal);
    wipe(normal.data(), normal.size());
    return password;
}

RoomPasswordExchange::RoomPasswordExchange(std::string_view password, std::string_view prologue,
                                           Random& random)
    : cpace_(password, channel, prologue, Cpace::random_scalar(random)) {}

std::optional<RoomPasswordExchange::Agreed> RoomPasswordExchange::finish(Cpace::Role role,
                                                                         const CpacePoint& theirs) const {
    const auto key = cpace_.finish(role, theirs, {}, {});
    if (!key) return std::nullopt;
    Agreed agreed;
    agreed.pre_shared = *SymmetricKey::from(sha256(key->view()).view());
    agreed.proof = short_mac(agreed.pre_shared, "chat/1 host");
    return agreed;
}

} // namespace session
