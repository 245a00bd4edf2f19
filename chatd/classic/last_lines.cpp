// SPDX-License-Identifier: MIT
#include "chatd/classic/last_lines.hpp"

#include "common/wire/classic.hpp"
#include "common/wire/message.hpp"

#include <utility>
#include <vector>

namespace chatd {

namespace classic = wire::classic;

void LastLines::add(const KeptEvent& kept, const Messages& words) {
    if (most_ == 0 || !wire::is_line(kept.bytes)) return;
    const auto event = wire::decode_event(kept.sequence, kept.bytes);
    if (!event) return;
    std::vector<std::string> lines;
    if (const auto* said = std::get_if<wire::Said>(&event->what))
        lines = classic::filled_lines(said->is_action ? words.acted : words.said, said->name.view(),
                                      said->text.view(), classic::max_datagram - 1);
    if (const auto* shouted = std::get_if<wire::Shouted>(&event->what))
        lines =
            classic::filled_lines(words.said, words.admin, shouted->text.view(), classic::max_datagram - 1);
    for (auto& line : lines) lines_.push_back(std::move(line));
    while (lines_.size() > most_) lines_.pop_front();
}

std::size_t LastLines::memory() const {
    std::size_t bytes = 0;
    for (const auto& line : lines_) bytes += line.size();
    return bytes;
}

} // namespace chatd
