// SPDX-License-Identifier: MIT
#include "chat/screen/hyperlinks.hpp"

#include <algorithm>
#include <functional>

namespace chat {
namespace {

/// Whether the terminal has the link already: nothing was drawn over it.
bool is_there(const Hyperlink& link, const Cells& now, const std::optional<Cells>& before) {
    if (!before || before->size() != now.size()) return false;
    if (std::find(before->links.begin(), before->links.end(), link) == before->links.end()) return false;
    for (int column = link.first; column < link.end; ++column)
        if (now.at(link.row, column) != before->at(link.row, column)) return false;
    return true;
}

/// What is drawn there, over again, as a way to somewhere.
std::string drawn_as_link(const Hyperlink& link, const Cells& now) {
    // Cursor and attributes are put back, so that ncurses finds what it left.
    auto out = "\0337\033[" + std::to_string(link.row + 1) + ";" + std::to_string(link.first + 1) + "H\033[m";
    const auto& style = now.at(link.row, link.first).style;
    if (style.is_bold) out += "\033[1m";
    if (style.is_reverse) out += "\033[7m";
    // The same id joins the rows of one.
    out +=
        "\033]8;id=" + std::to_string(std::hash<std::string>()(link.target)) + ";" + link.target + "\033\\";
    for (int column = link.first; column < link.end; ++column) out += now.at(link.row, column).bytes;
    return out + "\033]8;;\033\\\033[m\0338";
}

} // namespace

std::string link_bytes(const Cells& now, const std::optional<Cells>& before, Size terminal) {
    std::string out;
    for (const auto& link : now.links)
        if (!is_there(link, now, before) && link.row < terminal.rows && link.end <= terminal.columns)
            out += drawn_as_link(link, now);
    return out;
}

} // namespace chat
