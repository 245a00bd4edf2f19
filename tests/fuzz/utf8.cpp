// SPDX-License-Identifier: MIT
#include "common/text/utf8.hpp"
#include "common/base/ensure.hpp"
#include "common/text/width.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto shown = text::Text::from_untrusted(bytes);
    ensure(text::is_valid_utf8(shown.view()), "displayable text is valid UTF-8");
    ensure(text::Text::from_untrusted(shown.view()) == shown, "displayable text stays as it is");
    for (const char byte : shown.view())
        ensure(static_cast<unsigned char>(byte) >= 0x20 && byte != 0x7F,
               "no control character is displayable");
    const auto lines = text::Text::lines_from_untrusted(bytes);
    ensure(text::Text::lines_from_untrusted(lines.view()) == lines, "displayable lines stay as they are");
    for (const auto line : text::lines_of(lines.view()))
        ensure(text::Text::from_untrusted(line).view() == line,
               "each of several lines is displayable by itself");
    const auto line = text::escaped(bytes);
    ensure(text::is_valid_utf8(line) && line.find('\n') == std::string::npos, "a log line is one line");
    std::size_t whole = 0;
    for (const auto cluster : text::graphemes(bytes)) whole += cluster.size();
    ensure(whole == size, "grapheme clusters are all of a text");
    ensure(text::columns(shown.view()) >= 0, "a text has a width");
    for (std::size_t limit = 4; limit < size; limit += 7)
        ensure(text::cut_length(bytes, limit) <= limit && text::cut_length(bytes, limit) > 0, "a cut fits");
    return 0;
}
