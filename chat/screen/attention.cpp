// SPDX-License-Identifier: MIT
#include "chat/screen/attention.hpp"

#include "chat/child_process.hpp"
#include "chat/model/spoken.hpp"
#include "chat/translate.hpp"

#include <sys/wait.h>

namespace chat {
namespace {

// Of the user's own programs that tell of a line, so many at a time.
constexpr std::size_t most_programs = 4;

} // namespace

std::optional<std::string> Attention::call(const Line& line, const std::string& place) {
    const bool is_said = line.kind == Line::Kind::said || line.kind == Line::Kind::admin;
    const bool is_for_user = line.is_mention || line.kind == Line::Kind::admin;
    if (!is_said || is_looked_at_.value_or(false)) return std::nullopt;
    if (settings_.bell == Settings::Bell::off || (settings_.bell == Settings::Bell::mention && !is_for_user))
        return std::nullopt;
    screen_.ring();
    std::string words;
    for (const auto& row : spoken_rows(line)) words += (words.empty() ? "" : "\n") + row;
    Terminal::pop_up(settings_.popup, place, words);
    if (settings_.notify.empty() || programs_.size() >= most_programs) return std::nullopt;
    const auto pid =
        start_program({settings_.notify}, {"CHAT_KIND=" + kind_of(line), "CHAT_NAME=" + line.name,
                                           "CHAT_TEXT=" + line.text, "CHAT_ROOM=" + place});
    if (pid <= 0) return tr("cannot run '{0}': /set notify names another program", {settings_.notify});
    programs_.push_back(pid);
    return std::nullopt;
}

void Attention::reap() {
    std::erase_if(programs_, [](pid_t pid) { return waitpid(pid, nullptr, WNOHANG) != 0; });
}

} // namespace chat
