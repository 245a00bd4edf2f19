// SPDX-License-Identifier: MIT
#include "chat/link/outbox.hpp"

#include "common/wire/message.hpp"

#include <algorithm>

namespace chat {
namespace {

/// Whether the user sees the command on the screen, as a line.
bool is_line(const wire::Command& command) {
    return std::holds_alternative<wire::Say>(command) || std::holds_alternative<wire::Whisper>(command);
}

} // namespace

std::size_t Outbox::line_count() const {
    return static_cast<std::size_t>(std::count_if(
        unresolved_.begin(), unresolved_.end(), [](const Command& command) { return command.is_last_part; }));
}

Outbox::Command* Outbox::find(std::uint64_t number) {
    const auto found = std::find_if(unresolved_.begin(), unresolved_.end(),
                                    [&](const Command& command) { return command.number == number; });
    return found == unresolved_.end() ? nullptr : &*found;
}

void Outbox::add(LineId id, const wire::Command& command) {
    const auto* say = std::get_if<wire::Say>(&command);
    const auto parts = say == nullptr ? std::vector<text::Text>(1) : wire::parts_of(say->text);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        auto bytes = wire::encode(say == nullptr ? command : wire::Say{parts[i], say->is_action});
        unresolved_.push_back({id, i + 1 == parts.size(), next_number_++, std::move(bytes), false, true, {}});
    }
    add_commands();
}

std::vector<LinkEvent> Outbox::begin_session(const wire::WelcomeFrame& welcome, bool is_same_log) {
    std::vector<LinkEvent> events;
    // Lines that the log has come from there; the others are on their way again.
    for (auto& command : unresolved_) {
        if (command.is_told || (is_same_log && command.number <= welcome.last_command)) continue;
        auto what = wire::decode_command(command.bytes);
        if (!what || !is_line(*what)) continue;
        command.is_told = true;
        events.emplace_back(LineKept{command.id, std::move(*what)});
    }
    number_anew(welcome.last_command, is_same_log, events);
    for (auto& command : unresolved_) command.parts = {};
    pending_until_ = welcome.last_command;
    add_commands();
    return events;
}

void Outbox::number_anew(std::uint64_t last_command, bool is_same_log, std::vector<LinkEvent>& events) {
    // Numbers that the log has are resolved by their results. The others are sent again; if the log does not
    // know what came before them, it can't tell a repetition either.
    const auto first = unresolved_.empty() ? next_number_ : unresolved_.front().number;
    const bool has_forgotten = is_same_log && last_command + 1 < first;
    if (has_forgotten) {
        for (const auto& command : unresolved_)
            if (command.is_last_part && command.is_told)
                events.emplace_back(LineRefused{command.id, messages_.not_sure});
        unresolved_.clear();
    }
    if (!is_same_log || has_forgotten) {
        next_number_ = last_command + 1;
        for (auto& command : unresolved_) command.number = next_number_++;
        return;
    }
    // A command that has been sent keeps its number. The others get numbers after all that the log knows:
    // those may be more than this program remembers, if its own file was not the newest.
    auto next = last_command + 1;
    for (auto& command : unresolved_) {
        if (!command.is_sent && command.number < next) command.number = next;
        next = std::max(next, command.number + 1);
    }
    next_number_ = std::max(next_number_, next);
}

std::optional<LinkEvent> Outbox::resolve(const wire::ResultFrame& result) {
    const auto* found = find(result.number);
    if (found == nullptr) return std::nullopt;
    std::optional<LinkEvent> told;
    if (found->is_last_part && found->is_told) {
        if (result.status == wire::ResultFrame::Status::accepted)
            told = LineSent{found->id};
        else
            told = LineRefused{found->id, std::string(text::Text::from_untrusted(result.reason).view())};
    }
    std::erase_if(unresolved_, [&](const Command& command) { return command.number == result.number; });
    add_commands();
    return told;
}

void Outbox::handle_acknowledged(const session::SentItem& item) {
    if (auto* command = find(item.first)) command->parts.on_acked(item.count);
}

void Outbox::handle_lost(const session::SentItem& item) {
    if (auto* command = find(item.first)) command->parts.on_lost(item.count);
}

void Outbox::add_commands() {
    for (auto& command : unresolved_) {
        if (command.number >= unresolved_.front().number + max_unresolved) return;
        if (command.number <= pending_until_) continue;
        const auto size = command.bytes.size();
        command.parts =
            size > wire::max_whole_message ? session::Fragmenter(size) : session::Fragmenter::undivided();
        pending_until_ = command.number;
    }
}

bool Outbox::is_owing() const {
    return std::any_of(unresolved_.begin(), unresolved_.end(),
                       [](const Command& command) { return command.parts.next().has_value(); });
}

void Outbox::write(session::PacketBuilder& packet) {
    for (auto& command : unresolved_) {
        if (command.number > pending_until_) return;
        const std::string_view bytes = command.bytes;
        while (const auto offset = command.parts.next()) {
            const session::SentItem item{item_kind, command.number, *offset};
            const bool is_put =
                bytes.size() <= wire::max_whole_message
                    ? packet.add(wire::CommandFrame{command.number, bytes}, item)
                    : packet.add(wire::PartFrame{true, command.number, *offset, bytes.size(),
                                                 session::Fragmenter::part_at(*offset, bytes)},
                                 item);
            if (!is_put) return;
            command.is_sent = true;
            command.parts.on_sent(*offset);
        }
    }
}

void Outbox::write(wire::Writer& writer) const {
    writer.varint(unresolved_.size());
    for (const auto& command : unresolved_) {
        writer.varint(command.number);
        writer.string(command.bytes);
    }
}

bool Outbox::restore(std::uint64_t id, wire::Reader& reader) {
    std::deque<Command> earlier;
    for (auto count = reader.varint(); count > 0 && reader.is_ok(); --count) {
        // Its number in this program, apart from the numbers of lines that are typed now.
        const LineId line = (LineId{1} << 63) + count;
        const auto number = reader.varint();
        earlier.push_back({line, true, number, std::string(reader.string()), true, false, {}});
    }
    if (!reader.is_ok() || !reader.is_at_end()) return false;
    if (earlier.empty()) return true;
    id_ = id;
    next_number_ = earlier.back().number + 1;
    for (auto& command : unresolved_) command.number = next_number_++; // typed before the first handshake
    unresolved_.insert(unresolved_.begin(), earlier.begin(), earlier.end());
    return true;
}

} // namespace chat
