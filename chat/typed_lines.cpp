// SPDX-License-Identifier: MIT
#include "chat/typed_lines.hpp"

#include "common/net/event_loop.hpp"
#include "common/text/utf8.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <system_error>

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

void append(const std::filesystem::path& file, const std::string& bytes, int flags) {
    std::error_code ignored;
    std::filesystem::create_directories(file.parent_path(), ignored);
    const net::Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0600));
    // Several programs of one user may append; a short line is written whole.
    if (descriptor) [[maybe_unused]]
        const auto written = ::write(descriptor.get(), bytes.data(), bytes.size());
}

} // namespace

std::deque<std::string> load_typed_lines(const std::filesystem::path& file, std::size_t most) {
    std::deque<std::string> lines;
    std::size_t count = 0;
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line); ++count) {
        if (auto typed = as_typed(line); !typed.empty()) lines.push_back(std::move(typed));
        if (lines.size() > most) lines.pop_front();
    }
    if (count > 2 * most) { // it has grown long
        std::string bytes;
        for (const auto& line : lines) bytes += on_one_line(line) + "\n";
        append(file, bytes, O_TRUNC);
    }
    return lines;
}

void keep_typed_line(const std::filesystem::path& file, const std::string& line) {
    append(file, on_one_line(line) + "\n", O_APPEND);
}

} // namespace chat
