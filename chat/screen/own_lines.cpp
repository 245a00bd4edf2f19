// SPDX-License-Identifier: MIT
#include "chat/screen/own_lines.hpp"

#include "chat/translate.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace chat {

void OwnLines::say(const wire::Command& command, WallTime now) {
    if (model_.connection.is_closed()) return model_.add_local(tr("not sent: you are not in the room"), now);
    const auto id = next_id_++;
    if (model_.add_own(id, command, now)) unsafe_.insert_or_assign(id, command);
    network_.ask(Submit{id, command});
}

void OwnLines::retry(WallTime now) {
    if (model_.connection.is_closed()) return model_.add_local(tr("not sent: you are not in the room"), now);
    const auto id = refused_.empty() ? std::nullopt : model_.scrollback.drain_not_sent();
    const auto is_meant = [id = id.value_or(0)](const auto& refused) { return refused.first == id; };
    const auto found = std::find_if(refused_.begin(), refused_.end(), is_meant);
    if (found == refused_.end()) return model_.add_local(tr("every line is sent, or on its way"), now);
    const auto command = std::move(found->second);
    refused_.erase(found);
    say(command, now);
}

void OwnLines::handle(const LinkEvent& event) {
    if (const auto* kept = std::get_if<LineKept>(&event)) unsafe_.insert_or_assign(kept->id, kept->command);
    if (const auto* sent = std::get_if<LineSent>(&event)) unsafe_.erase(sent->id);
    const auto* refused = std::get_if<LineRefused>(&event);
    auto line = refused == nullptr ? decltype(unsafe_)::node_type() : unsafe_.extract(refused->id);
    if (line.empty()) return;
    if (refused_.size() == max_refused) refused_.pop_front();
    refused_.emplace_back(line.key(), std::move(line.mapped()));
}

} // namespace chat
