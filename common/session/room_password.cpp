// SPDX-License-Identifier: MIT
#include "common/session/room_password.hpp"

#include "common/base/secret_text.hpp"
#include "common/os/private_file.hpp"
#include "common/text/utf8.hpp"

#include <stdexcept>

namespace session {
namespace {

constexpr std::size_t max_key = 256;
constexpr std::string_view channel = "chat/1 room key";

} // namespace

std::optional<SecretText> room_key(std::string_view typed) {
    typed = typed.substr(0, typed.find_first_of("\r\n"));
    if (typed.empty() || typed.size() > max_key || !text::is_valid_utf8(typed)) return std::nullopt;
    auto normal = text::normalized(typed);
    SecretText key(normal);
    wipe(normal.data(), normal.size());
    return key;
}

SecretText read_room_password(const std::filesystem::path& file) {
    constexpr std::size_t line_end = 2;
    const auto key = room_key(files::read_named_secret(file, max_key + line_end).view());
    if (!key)
        throw std::runtime_error("the file '" + file.string() +
                                 "' holds no room key: its first line has to be 1 to 256 bytes of text");
    return *key;
}

RoomPasswordExchange::RoomPasswordExchange(std::string_view key, std::string_view prologue, Random& random)
    : cpace_(key, channel, prologue, Cpace::random_scalar(random)) {}

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
