// SPDX-License-Identifier: MIT
// Text that is a secret, such as a password: overwritten when it goes, and when it grows.
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

/// Overwrites a secret that is no longer needed.
void wipe(void* bytes, std::size_t count);

class SecretText {
  public:
    SecretText() = default;
    /// Of any text, which is its owner's to overwrite.
    template<std::convertible_to<std::string_view> Text>
    SecretText(const Text& text) { // NOLINT(google-explicit-constructor)
        append(text);
    }
    SecretText(const SecretText& other)
        : SecretText(other.view()) {}
    SecretText(SecretText&& other) noexcept
        : bytes_(std::exchange(other.bytes_, {})) {}
    SecretText& operator=(SecretText other) noexcept {
        bytes_.swap(other.bytes_);
        return *this;
    }
    ~SecretText() { wipe(bytes_.data(), bytes_.size()); }

    void append(std::string_view more) {
        if (bytes_.size() + more.size() > bytes_.capacity()) {
            SecretText larger;
            larger.bytes_.reserve(2 * (bytes_.size() + more.size()));
            larger.append(view());
            bytes_.swap(larger.bytes_);
        }
        bytes_.insert(bytes_.end(), more.begin(), more.end());
    }

    std::string_view view() const { return {bytes_.data(), bytes_.size()}; }
    operator std::string_view() const { return view(); } // NOLINT(google-explicit-constructor)
    bool empty() const { return bytes_.empty(); }

  private:
    std::vector<char> bytes_; ///< which keeps no copy in itself, as a short std::string does
};

inline bool operator==(const SecretText& a, const SecretText& b) {
    return a.view() == b.view(); // both are ours: nobody outside measures how long it takes
}
