// SPDX-License-Identifier: MIT
#include "chat/text/urls.hpp"

#include <algorithm>

namespace chat {

std::vector<std::pair<std::size_t, std::size_t>> urls_in(std::string_view text) {
    constexpr std::size_t longest = 2000; // what terminals take
    std::vector<std::pair<std::size_t, std::size_t>> urls;
    for (std::size_t at = 0; (at = text.find("http", at)) != std::string_view::npos;) {
        const auto rest = text.substr(at);
        const auto scheme = rest.starts_with("https://") ? 8U : rest.starts_with("http://") ? 7U : 0U;
        auto end = at + scheme;
        while (end < text.size() && text[end] > ' ' && text[end] < 0x7F && text[end] != '<' &&
               text[end] != '>' && text[end] != '"')
            ++end;
        const auto count = [&](char c) {
            return std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                              text.begin() + static_cast<std::ptrdiff_t>(end), c);
        };
        // A closing bracket is the address's own if it opens one.
        while (end > at + scheme &&
               (std::string_view(".,;:!?'").find(text[end - 1]) != std::string_view::npos ||
                (text[end - 1] == ')' && count('(') < count(')'))))
            --end;
        if (scheme > 0 && end > at + scheme && end - at <= longest) {
            urls.emplace_back(at, end);
            at = end;
        } else {
            ++at;
        }
    }
    return urls;
}

} // namespace chat
