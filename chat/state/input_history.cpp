// SPDX-License-Identifier: MIT
#include "chat/state/input_history.hpp"

#include "common/app/failure.hpp"
#include "common/os/private_file.hpp"
#include "common/text/utf8.hpp"

#include <sstream>
#include <stdexcept>

namespace chat {
namespace {

std::string on_one_line(const std::string& line) {
    std::string out;
    for (const char c : line) {
        if (c == '\n')
            out += "\\n";
        else if (c == '\\')
            out += "\\\\";
        else
            out += c;
    }
    return out;
}

std::string as_typed(const std::string& kept) {
    std::string out;
    for (std::size_t i = 0; i < kept.size(); ++i) {
        const bool is_escape = kept[i] == '\\' && i + 1 < kept.size();
        if (is_escape) ++i;
        out += is_escape && kept[i] == 'n' ? '\n' : kept[i];
    }
    return std::string(text::Text::lines_from_untrusted(out).view());
}

} // namespace

std::deque<std::string> load_typed_lines(const std::filesystem::path& file, std::size_t most) {
    std::deque<std::string> lines;
    std::size_t count = 0;
    std::istringstream stream;
    try {
        stream.str(files::read(file).value_or(""));
    } catch (const std::runtime_error& error) {
        throw Failure(EX_CANTCREAT, error.what());
    }
    for (std::string line; std::getline(stream, line); ++count) {
        if (auto typed = as_typed(line); !typed.empty()) lines.push_back(std::move(typed));
        if (lines.size() > most) lines.pop_front();
    }
    if (count > 2 * most) { // it has grown long
        std::string bytes;
        for (const auto& line : lines) bytes += on_one_line(line) + "\n";
        try {
            files::replace(file, bytes);
        } catch (const std::runtime_error&) {
            // Then it is as long as it was.
        }
    }
    return lines;
}

void keep_typed_line(const std::filesystem::path& file, const std::string& line) {
    try {
        files::append(file, on_one_line(line) + "\n");
    } catch (const std::runtime_error&) {
        // It is as if it had not been typed.
    }
}

} // namespace chat
