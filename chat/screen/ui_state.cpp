// SPDX-License-Identifier: MIT
#include "chat/screen/ui_state.hpp"

#include "common/text/utf8.hpp"

namespace chat {

Paste paste_of(std::string_view untrusted) {
    Paste paste;
    std::string message;
    int lines = 0;
    const auto end_message = [&] {
        for (auto& part : wire::parts_of(text::Text::lines_from_untrusted(message)))
            paste.messages.push_back(std::move(part));
        message.clear();
        lines = 0;
    };
    for (const auto raw : text::lines_of(untrusted)) {
        const auto line = text::Text::from_untrusted(raw);
        paste.text += (paste.text.empty() ? "" : "\n") + std::string(line.view());
        if (lines == text::Text::max_lines || message.size() + line.view().size() >= wire::max_text)
            end_message();
        message += (lines == 0 ? "" : "\n") + std::string(line.view());
        ++lines;
    }
    end_message();
    while (paste.text.ends_with('\n')) paste.text.pop_back();
    return paste;
}

} // namespace chat
