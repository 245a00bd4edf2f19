// SPDX-License-Identifier: MIT
#include "common/session/passphrase.hpp"

#include "common/base/ensure.hpp"
#include "common/base/secret_text.hpp"
#include "common/text/utf8.hpp"

#include <sodium.h>

#include <stdexcept>

namespace session {
namespace {

constexpr std::size_t max_passphrase = 1024;
constexpr std::size_t salt_size = crypto_pwhash_argon2id_SALTBYTES;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
// As libsodium recommends for what is unlocked now and then: 3 passes over 256 MiB, most of a second.
constexpr auto passes = crypto_pwhash_argon2id_OPSLIMIT_MODERATE;
constexpr auto memory = crypto_pwhash_argon2id_MEMLIMIT_MODERATE;

const unsigned char* pointer(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

SymmetricKey key_of(const SecretText& passphrase, std::string_view salt) {
    ensure(sodium_init() >= 0, "libsodium starts");
    SymmetricKey key;
    if (crypto_pwhash(key.data.data(), key.size, passphrase.view().data(), passphrase.view().size(),
                      pointer(salt), passes, memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        throw std::runtime_error("there is not enough memory for a passphrase: it takes 256 MiB");
    return key;
}

} // namespace

std::optional<SecretText> passphrase(std::string_view typed) {
    typed = typed.substr(0, typed.find_first_of("\r\n"));
    if (typed.empty() || typed.size() > max_passphrase || !text::is_valid_utf8(typed)) return std::nullopt;
    auto normal = text::normalized(typed);
    SecretText passphrase(normal);
    wipe(normal.data(), normal.size());
    return passphrase;
}

std::string seal_with_passphrase(const SecretText& passphrase, std::string_view associated,
                                 const SecretText& plain, Random& random) {
    std::string out(salt_size + nonce_size + plain.view().size() + tag_size, '\0');
    random.fill(out.data(), salt_size + nonce_size);
    const std::string_view made = out;
    const auto key = key_of(passphrase, made.substr(0, salt_size));
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        reinterpret_cast<unsigned char*>(out.data()) + salt_size + nonce_size, nullptr, pointer(plain.view()),
        plain.view().size(), pointer(associated), associated.size(), nullptr, pointer(made.substr(salt_size)),
        key.data.data());
    return out;
}

std::optional<SecretText> open_with_passphrase(const SecretText& passphrase, std::string_view associated,
                                               std::string_view sealed) {
    if (sealed.size() < salt_size + nonce_size + tag_size) return std::nullopt;
    const auto key = key_of(passphrase, sealed.substr(0, salt_size));
    const auto nonce = sealed.substr(salt_size, nonce_size);
    const auto rest = sealed.substr(salt_size + nonce_size);
    std::string plain(rest.size() - tag_size, '\0');
    const bool is_genuine =
        crypto_aead_xchacha20poly1305_ietf_decrypt(reinterpret_cast<unsigned char*>(plain.data()), nullptr,
                                                   nullptr, pointer(rest), rest.size(), pointer(associated),
                                                   associated.size(), pointer(nonce), key.data.data()) == 0;
    std::optional<SecretText> opened;
    if (is_genuine) opened.emplace(plain);
    wipe(plain.data(), plain.size());
    return opened;
}

std::string to_base64(std::string_view bytes) {
    std::string text(sodium_base64_ENCODED_LEN(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), pointer(bytes), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back(); // a zero
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    std::string bytes(text.size(), '\0');
    std::size_t size = 0;
    const char* end = nullptr;
    const bool is_good =
        sodium_base642bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), text.data(),
                          text.size(), " \t\r\n", &size, &end, sodium_base64_VARIANT_ORIGINAL) == 0;
    if (!is_good || end != text.data() + text.size()) return std::nullopt;
    bytes.resize(size);
    return bytes;
}

} // namespace session
