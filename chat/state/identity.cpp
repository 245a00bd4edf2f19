// SPDX-License-Identifier: MIT
#include "chat/state/identity.hpp"

#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/session/passphrase.hpp"
#include "common/text/name.hpp"
#include "common/wire/bytes.hpp"

namespace chat {
namespace {

constexpr std::string_view first_line = "-----BEGIN CHAT IDENTITY-----";
constexpr std::string_view last_line = "-----END CHAT IDENTITY-----";
constexpr std::size_t line_width = 64;
constexpr char version = 1;
// Tells a text that was damaged from a wrong passphrase.
constexpr std::size_t check_size = 8;

Failure damaged() {
    return {EX_DATAERR, tr("this is no identity that chat exported, or it is damaged")};
}

/// The version and what is sealed.
std::string unwrapped(std::string_view text) {
    const auto begin = text.find(first_line);
    const auto end = text.find(last_line);
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) throw damaged();
    const auto start = begin + first_line.size();
    auto bytes = session::from_base64(text.substr(start, end - start));
    if (!bytes || bytes->size() <= check_size) throw damaged();
    const auto content = std::string_view(*bytes).substr(0, bytes->size() - check_size);
    if (session::sha256(content).view().substr(0, check_size) !=
        std::string_view(*bytes).substr(content.size()))
        throw damaged();
    if (content.front() != version)
        throw Failure(EX_DATAERR, tr("this identity was exported by a newer chat"));
    bytes->resize(content.size());
    return *bytes;
}

} // namespace

session::KeyPair key_of(const session::SecretKey& secret, const std::string& label) {
    const auto digest = session::hmac(secret.view(), "chat/1 name ", label);
    return session::KeyPair::from(session::SecretKey::from(digest.view()).value());
}

std::string exported(const Identity& identity, const SecretText& passphrase, Random& random) {
    std::string names;
    wire::Writer writer(names);
    writer.varint(identity.names.size());
    for (const auto& own : identity.names) {
        writer.string(own.fingerprint);
        writer.string(own.name);
        writer.string(own.label);
    }
    SecretText plain(identity.secret.view());
    plain.append(names);
    std::string bytes(1, version);
    bytes += session::seal_with_passphrase(passphrase, bytes, plain, random);
    bytes += session::sha256(bytes).view().substr(0, check_size);
    const auto letters = session::to_base64(bytes);
    auto text = std::string(first_line) + "\n";
    for (std::size_t at = 0; at < letters.size(); at += line_width)
        text += letters.substr(at, line_width) + "\n";
    return text + std::string(last_line) + "\n";
}

void check_exported(std::string_view text) {
    unwrapped(text);
}

Identity imported(std::string_view text, const SecretText& passphrase) {
    const auto bytes = unwrapped(text);
    const auto plain = session::open_with_passphrase(passphrase, std::string_view(bytes).substr(0, 1),
                                                     std::string_view(bytes).substr(1));
    if (!plain) throw Failure(EX_NOPERM, tr("that is not the passphrase of this identity"));
    wire::Reader reader(plain->view());
    Identity identity;
    const auto secret = session::SecretKey::from(reader.bytes(session::SecretKey::size));
    if (!secret) throw damaged();
    identity.secret = *secret;
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        OwnName own{std::string(reader.string()), std::string(reader.string()), std::string(reader.string())};
        if (reader.is_ok() && text::Name::recorded(own.name)) identity.names.push_back(std::move(own));
    }
    if (!reader.is_ok() || !reader.is_at_end()) throw damaged();
    return identity;
}

} // namespace chat
