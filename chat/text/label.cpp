// SPDX-License-Identifier: MIT
#include "chat/text/label.hpp"

#include "common/text/utf8.hpp"
#include "common/text/width.hpp"

namespace chat {

std::string label(std::string_view untrusted, int most) {
    const auto displayable = text::Text::from_untrusted(untrusted);
    std::string out;
    for (const auto cluster : text::graphemes(displayable.view())) {
        const bool is_blank = text::columns(cluster) == 0 ||
                              cluster.find_first_not_of(' ') == std::string::npos || cluster == "\u00A0" ||
                              cluster == "\u3000";
        if (is_blank && (out.empty() || out.back() == ' ')) continue;
        if (is_blank)
            out += ' ';
        else if (cluster == "\"" || cluster == "“" || cluster == "”")
            out += '\'';
        else if (cluster == "│" || cluster == "┃" || cluster == "｜")
            out += '|';
        else
            out += cluster;
    }
    if (text::columns(out) <= most) return out;
    return out.substr(0, text::cut_length_in_columns(out, most - 1)) + "…";
}

} // namespace chat
