// SPDX-License-Identifier: MIT
#include "chat/text/places.hpp"

namespace chat {

std::string filled(std::string_view pattern, const std::vector<std::string>& words) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const bool is_place = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}' &&
                              pattern[i + 1] >= '0' && pattern[i + 1] <= '9';
        const auto index = is_place ? static_cast<std::size_t>(pattern[i + 1] - '0') : words.size();
        if (index < words.size()) {
            out += words[index];
            i += 2;
        } else {
            out += pattern[i];
        }
    }
    return out;
}

} // namespace chat
