// SPDX-License-Identifier: MIT
#include "chat/screen/composer.hpp"

#include "chat/translate.hpp"
#include "common/text/utf8.hpp"

#include <cstddef>
#include <utility>

namespace chat {
namespace {

// A shorter paste on one line is as good as typed.
constexpr std::size_t short_paste = 1000;

} // namespace

void Composer::edit(Action action, char32_t character, Instant now) {
    if (ui_.editor.handle(action, character) == Editor::Outcome::edited) typing_.note_edit(now);
}

void Composer::complete_word(bool is_back, Instant now) {
    auto& completion = ui_.completion;
    if (!completion) {
        completion = complete(ui_.editor.text(), ui_.editor.cursor(), model_.members);
        if (!completion) return;
        if (is_back) completion->chosen = completion->candidates.size() - 1;
    } else {
        const auto count = completion->candidates.size();
        completion->chosen = (completion->chosen + (is_back ? count - 1 : 1)) % count;
    }
    const auto& chosen = completion->candidates[completion->chosen];
    ui_.editor.replace(completion->begin, completion->end, chosen);
    completion->end = completion->begin + chosen.size();
    typing_.note_edit(now);
    if (completion->candidates.size() == 1) completion.reset();
}

void Composer::paste(std::string_view untrusted, Instant now) {
    auto paste = paste_of(untrusted);
    if (paste.messages.empty()) return;
    typing_.note_edit(now);
    if (paste.text.find('\n') == std::string::npos && paste.text.size() <= short_paste)
        ui_.editor.insert(paste.text);
    else
        ui_.paste = std::move(paste);
}

void Composer::answer_paste(Action action, char32_t character, WallTime now) {
    if (action == Action::finish) {
        const auto paste = std::move(*ui_.paste);
        ui_.paste.reset();
        for (const auto& message : paste.messages) own_lines_.say(wire::Say{message}, now);
    } else if (action == Action::type && character == U'e') {
        if (ui_.editor.text().size() + ui_.paste->text.size() > Editor::max_bytes)
            return model_.add_local(tr("that is too long for one message: at most 8192 bytes"), now);
        ui_.editor.insert(ui_.paste->text);
        ui_.paste.reset();
    } else if (action == Action::cancel || action == Action::interrupt) {
        ui_.paste.reset();
    }
}

void Composer::replace(const std::variant<std::string, EditorFault>& outcome, WallTime now) {
    if (const auto* fault = std::get_if<EditorFault>(&outcome)) return model_.add_local(fault->why, now);
    const auto lines = text::Text::lines_from_untrusted(std::get<std::string>(outcome));
    if (lines.view().size() > Editor::max_bytes)
        return model_.add_local(tr("that is too long for one message: at most 8192 bytes"), now);
    ui_.editor.replace(0, ui_.editor.text().size(), lines.view());
}

} // namespace chat
