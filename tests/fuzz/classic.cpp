// SPDX-License-Identifier: MIT
// Both sides' parsers of the classic protocol.
#include "common/wire/classic.hpp"
#include "common/base/ensure.hpp"
#include "common/text/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace classic = wire::classic;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view datagram(reinterpret_cast<const char*>(data), size);
    if (const auto request = classic::parse_request(datagram)) {
        if (const auto* chat = std::get_if<classic::Chat>(&*request)) {
            const auto text = text::Text::from_untrusted(chat->text);
            for (const auto& line : classic::filled_lines("{name} 说：{text}", "bob", text.view())) {
                ensure(line.size() <= classic::max_datagram, "a line fits a datagram");
                ensure(text::is_valid_utf8(line), "a line is valid UTF-8");
                ensure(!classic::parse_request(line), "a line is no request");
            }
        }
    }
    std::visit(
        [](const auto& what) {
            if constexpr (requires { what.name; })
                ensure(text::is_valid_utf8(what.name) && what.name.find('\x1b') == std::string::npos,
                       "a name from a server is displayable");
            if constexpr (requires { what.text; })
                ensure(text::is_valid_utf8(what.text) && what.text.find('\x1b') == std::string::npos,
                       "a text from a server is displayable");
        },
        classic::parse_line(datagram));
    return 0;
}
