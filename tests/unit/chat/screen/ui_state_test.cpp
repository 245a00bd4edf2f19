// SPDX-License-Identifier: MIT
#include "chat/screen/ui_state.hpp"

#include "common/text/utf8.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

TEST_CASE("a paste of many lines is as many messages as it takes, and none of its lines is lost") {
    std::string bytes;
    for (int i = 0; i < 250; ++i) bytes += "line " + std::to_string(i) + "\r\n";
    const auto paste = chat::paste_of(bytes);
    CHECK(paste.messages.size() == 3);
    std::size_t lines = 0;
    for (const auto& message : paste.messages) lines += text::lines_of(message.view()).size();
    CHECK(lines == 250);
    CHECK(chat::paste_of(std::string(20000, 'x')).messages.size() == 3);
    CHECK(chat::paste_of("\n\n").messages.empty());
    CHECK(chat::paste_of("").messages.empty());
}
