// SPDX-License-Identifier: MIT
#include "chatd/session/peer.hpp"

#include "common/base/ensure.hpp"
#include "common/wire/message.hpp"

#include <algorithm>
#include <utility>

namespace chatd {
namespace {

/// Kinds of session::SentItem.
enum Kind : std::uint8_t {
    welcome_content,
    roster_content,
    result_content,
    events_content,
    part_content,
    presence_content,
    notice_content,
    found_content,
};

// A run this long says nothing that the next packet could not.
constexpr std::size_t least_event_room = 24;
// RFC 9000, section 8.1: to an address that is not proven go at most three bytes for one that came.
constexpr std::size_t unproven_factor = 3;
// A packet with a CHALLENGE in it, and how long its answer is waited for.
constexpr std::size_t challenge_size = wire::data_header + 1 + 8 + session::seal_overhead;
constexpr auto challenge_interval = std::chrono::milliseconds(100);

} // namespace

void Fragmenter::load(std::shared_ptr<const std::string> bytes) {
    bytes_ = std::move(bytes);
    left_.clear();
    for (std::size_t offset = 0; offset == 0 || offset < bytes_->size(); offset += wire::part_size)
        left_.insert(offset);
    pending_ = left_;
}

std::optional<Fragmenter::Part> Fragmenter::next() const {
    if (pending_.empty()) return std::nullopt;
    return Part{*pending_.begin(), std::string_view(*bytes_).substr(*pending_.begin(), wire::part_size)};
}

void Fragmenter::mark_arrived(std::uint64_t offset) {
    left_.erase(offset);
    pending_.erase(offset);
    if (left_.empty()) bytes_.reset();
}

void Fragmenter::mark_lost(std::uint64_t offset) {
    if (left_.contains(offset)) pending_.insert(offset);
}

void Peer::admit(const wire::WelcomeFrame& welcome, std::shared_ptr<const std::string> roster,
                 const Feed& feed) {
    is_admitted_ = true;
    welcome_ = welcome;
    welcome_name_ = start_.name.view();
    welcome_.name = welcome_name_;
    next_presence_ = feed.presences.end(); // the roster has what was before
    is_welcome_pending_ = true;
    roster_.load(std::move(roster));
    next_ = floor_ = welcome.start;
    last_command_ = welcome.last_command;
}

void Peer::add_notice(std::string words) {
    notice_ = std::move(words);
    is_notice_pending_ = true;
}

void Peer::accept(const wire::SearchFrame& frame) {
    if (!is_admitted_ || frame.number <= finding_) return;
    finding_ = frame.number;
    found_ = {}; // what is left of the answer before is not this one's
    search_ = std::make_unique<LogQuery>(LogQuery{.ticket = session().id(),
                                                  .first = frame.before,
                                                  .count = frame.count,
                                                  .is_search = true,
                                                  .needle = std::string(frame.needle),
                                                  .reader = start_.id,
                                                  .number = frame.number});
}

void Peer::add_matches(std::uint64_t number, std::string answer) {
    if (number == finding_) found_.load(std::make_shared<const std::string>(std::move(answer)));
}

void Peer::add_result(const Room::Resolved& resolved, std::string reason) {
    // One that the session before it has handed on is not waited for here.
    while (last_command_ < resolved.number) {
        forget_command(last_command_ + 1);
        ++last_command_;
    }
    results_[resolved.number] = {resolved, std::move(reason)};
    results_pending_.insert(resolved.number);
    // A client that sent this one has the results of those that many numbers before it.
    while (results_.begin()->first + max_unresolved <= resolved.number) {
        results_pending_.erase(results_.begin()->first);
        results_.erase(results_.begin());
    }
}

void Peer::accept(const wire::CommandFrame& frame) {
    if (!is_admitted_) return; // it will be sent again
    if (frame.number <= last_command_ || frame.number > last_command_ + max_unresolved) return;
    forget_assembly(frame.number); // it has come whole
    if (commands_.emplace(frame.number, frame.command).second) waiting_bytes_ += frame.command.size();
}

bool Peer::accept(const wire::PartFrame& part) {
    if (!is_admitted_) return true;
    if (part.number <= last_command_ || part.number > last_command_ + max_unresolved ||
        commands_.contains(part.number))
        return true;
    auto& assembly = assemblies_[part.number];
    const auto before = assembly.size();
    if (!assembly.accept(part.offset, part.total, part.bytes)) return false;
    waiting_bytes_ += assembly.size() - before;
    if (const auto whole = assembly.whole()) accept(wire::CommandFrame{part.number, *whole});
    return true;
}

bool Peer::is_waited_for(const std::vector<wire::Frame>& frames) const {
    return std::none_of(frames.begin(), frames.end(), [&](const wire::Frame& frame) {
        const auto* command = std::get_if<wire::CommandFrame>(&frame);
        const auto* part = std::get_if<wire::PartFrame>(&frame);
        return (command != nullptr && command->number > last_command_ + 1) ||
               (part != nullptr && part->number > last_command_ + 1);
    });
}

void Peer::forget_assembly(std::uint64_t number) {
    const auto found = assemblies_.find(number);
    if (found == assemblies_.end()) return;
    waiting_bytes_ -= found->second.size();
    assemblies_.erase(found);
}

void Peer::forget_command(std::uint64_t number) {
    forget_assembly(number);
    const auto found = commands_.find(number);
    if (found == commands_.end()) return;
    waiting_bytes_ -= found->second.size();
    commands_.erase(found);
}

Peer::Command Peer::take_command() {
    const auto number = last_command_ + 1;
    Command command{number, std::move(commands_.at(number))};
    waiting_bytes_ -= command.bytes.size();
    commands_.erase(number);
    last_command_ = number;
    return command;
}

void Peer::handle_acked(const std::vector<session::SentItem>& contents) {
    for (const auto& content : contents) {
        switch (static_cast<Kind>(content.kind)) {
        case welcome_content: is_welcome_pending_ = false; break;
        case roster_content: roster_.mark_arrived(content.first); break;
        case found_content:
            if (content.count == finding_) found_.mark_arrived(content.first);
            break;
        case result_content:
            results_.erase(content.first);
            results_pending_.erase(content.first);
            break;
        case events_content:
            for (auto sequence = std::max(content.first, floor_); sequence < content.first + content.count;
                 ++sequence)
                mark_arrived(sequence);
            break;
        case part_content: {
            const std::pair part(content.first, content.count);
            parts_pending_.erase(part);
            if (parts_left_.erase(part) == 0) break;
            const auto next = parts_left_.lower_bound({content.first, 0});
            if (next == parts_left_.end() || next->first != content.first) mark_arrived(content.first);
            break;
        }
        case presence_content:
        case notice_content: break;
        }
    }
}

void Peer::mark_arrived(wire::Sequence sequence) {
    pending_.erase(sequence);
    if (sequence < floor_) return; // it was in two packets
    arrived_.insert(sequence);
    while (!arrived_.empty() && *arrived_.begin() == floor_) {
        arrived_.erase(arrived_.begin());
        ++floor_;
    }
    ensure(arrived_.empty() || *arrived_.begin() > floor_, "nothing has arrived twice");
}

void Peer::handle_lost(const std::vector<session::SentItem>& contents) {
    for (const auto& content : contents) owe(content);
}

void Peer::owe(const session::SentItem& content) {
    switch (static_cast<Kind>(content.kind)) {
    case welcome_content: is_welcome_pending_ = true; break;
    case roster_content: roster_.mark_lost(content.first); break;
    case found_content:
        if (content.count == finding_) found_.mark_lost(content.first);
        break;
    case result_content:
        if (results_.contains(content.first)) results_pending_.insert(content.first);
        break;
    case events_content:
        for (auto sequence = std::max(content.first, floor_); sequence < content.first + content.count;
             ++sequence)
            if (!arrived_.contains(sequence)) pending_.insert(sequence);
        break;
    case part_content:
        if (parts_left_.contains({content.first, content.count}))
            parts_pending_.insert({content.first, content.count});
        break;
    case presence_content:
        for (auto number = content.first; number < content.first + content.count; ++number)
            presence_pending_.insert(number);
        break;
    case notice_content: is_notice_pending_ = true; break;
    }
}

void Peer::handle_path(const net::Path& path, std::size_t size, bool is_newest, Random& random, Instant now) {
    if (path.peer == start_.path.peer) {
        if (is_newest) candidate_.reset(); // it is where it was
        return;
    }
    if (candidate_ && candidate_->path.peer == path.peer)
        candidate_->credit += unproven_factor * size;
    else if (is_newest)
        candidate_ = std::make_unique<Candidate>(Candidate{path, random.u64(), unproven_factor * size, now});
}

const net::Path* Peer::proven_path(const wire::ResponseFrame& response) const {
    return candidate_ && response.token == candidate_->token ? &candidate_->path : nullptr;
}

void Peer::move() {
    start_.path = candidate_->path;
    candidate_.reset();
    handle_lost(session().handle_new_path());
    is_ping_pending_ = true;
}

std::optional<Instant> Peer::next_deadline() const {
    const auto own = session().next_deadline();
    if (!candidate_ || candidate_->credit < challenge_size) return own;
    return own ? std::min(*own, candidate_->ask_at) : candidate_->ask_at;
}

std::optional<Peer::Datagram> Peer::poll_transmit(const Feed& feed, Instant now, std::uint64_t& lines) {
    if (candidate_ && candidate_->ask_at <= now && candidate_->credit >= challenge_size) {
        candidate_->ask_at = now + challenge_interval;
        candidate_->credit -= challenge_size;
        return Datagram{candidate_->path, session().seal_alone(wire::ChallengeFrame{candidate_->token})};
    }
    lines_sent_ = 0;
    auto packet = session().begin_packet(now);
    if (!packet) return std::nullopt;
    if (packet->room() > 0) fill(feed, *packet);
    auto datagram = session().finish_packet(std::move(*packet), now);
    if (!datagram) return std::nullopt;
    lines += lines_sent_;
    return Datagram{start_.path, std::move(*datagram)};
}

std::size_t Peer::memory() const {
    constexpr std::size_t node = 64; // of a tree, with what is small in it
    std::size_t bytes = sizeof *this + sizeof(session::Session) + waiting_bytes_ + found_.size() +
                        notice_.size() + session().recovery().memory();
    for (const auto& [sequence, event] : past_) bytes += node + event.size();
    return bytes +
           node * (commands_.size() + assemblies_.size() + results_.size() + arrived_.size() +
                   pending_.size() + parts_left_.size() + parts_pending_.size() + presence_pending_.size());
}

void Peer::fill(const Feed& feed, session::PacketBuilder& packet) {
    if (std::exchange(is_ping_pending_, false)) packet.add(wire::PingFrame{});
    put_notice(packet);
    if (!is_admitted_) return;
    if (packet.wants_answer() && pending_.empty() && !is_welcome_pending_)
        for (const auto& content : session().recovery().oldest_items()) owe(content);
    if (!put_welcome(packet)) return;
    // What was lost first, in runs; then what is new.
    while (!pending_.empty() && packet.room() > least_event_room) {
        const auto first = *pending_.begin();
        auto end = first;
        while (pending_.contains(end)) ++end;
        const auto reached = put_events(feed, first, end, packet);
        if (reached == first) return;
        pending_.erase(pending_.begin(), pending_.lower_bound(reached));
    }
    const auto before = next_;
    if (!put_parts(feed, packet) || !put_new_events(feed, packet)) return;
    put_presences(feed.presences, packet);
    if (has_looked()) put_found(packet);
    if (std::exchange(is_typing_pending_, false)) put_typing(feed.typists, packet);
    // Where packets get lost, a packet with room in it carries again what has not arrived yet: that costs
    // nobody a datagram, and saves a round trip.
    if (next_ > before && session().recovery().is_lossy()) put_oldest_events(feed, packet);
}

void Peer::put_found(session::PacketBuilder& packet) {
    while (const auto part = found_.next()) {
        const wire::MatchesFrame frame{finding_, part->offset, found_.size(), part->bytes};
        if (!packet.add(frame, {found_content, part->offset, finding_})) break;
        found_.mark_sent(part->offset);
    }
}

void Peer::put_notice(session::PacketBuilder& packet) {
    if (is_notice_pending_ && packet.add(wire::NoticeFrame{notice_}, {notice_content}))
        is_notice_pending_ = false;
}

bool Peer::put_welcome(session::PacketBuilder& packet) {
    if (is_welcome_pending_ && packet.add(welcome_, {welcome_content})) is_welcome_pending_ = false;
    while (!results_pending_.empty()) {
        const auto number = *results_pending_.begin();
        const auto& [resolved, reason] = results_.at(number);
        const auto status =
            resolved.refusal ? wire::ResultFrame::Status::refused : wire::ResultFrame::Status::accepted;
        const wire::ResultFrame frame{number, status, resolved.sequence, reason};
        if (!packet.add(frame, {result_content, number})) return false;
        results_pending_.erase(number);
    }
    while (const auto part = roster_.next()) {
        const wire::RosterFrame frame{welcome_.head, part->offset, roster_.size(), part->bytes};
        if (!packet.add(frame, {roster_content, part->offset})) return false;
        roster_.mark_sent(part->offset);
    }
    return true;
}

bool Peer::put_new_events(const Feed& feed, session::PacketBuilder& packet) {
    const auto end = std::min(feed.events.end(), floor_ + max_ahead);
    while (next_ < end) {
        if (packet.room() <= least_event_room) return false;
        const auto event = event_at(feed, next_);
        if (!event) return true; // it is asked for
        if (event->size() > wire::max_whole_message) {
            for (std::uint64_t offset = 0; offset < event->size(); offset += wire::part_size)
                parts_left_.insert({next_, offset});
            parts_pending_.insert(parts_left_.lower_bound({next_, 0}), parts_left_.end());
            ++next_;
            if (!put_parts(feed, packet)) return false;
            continue;
        }
        const auto reached = put_events(feed, next_, end, packet);
        if (reached == next_) return false;
        next_ = reached;
    }
    return true;
}

void Peer::put_presences(const EventCache& ring, session::PacketBuilder& packet) {
    next_presence_ = std::max(next_presence_, ring.first());
    presence_pending_.erase(presence_pending_.begin(), presence_pending_.lower_bound(ring.first()));
    const auto put = [&](std::uint64_t number) {
        return packet.add(wire::PresenceFrame{number, {ring.at(number, start_.id)}},
                          {presence_content, number});
    };
    while (!presence_pending_.empty() && put(*presence_pending_.begin()))
        presence_pending_.erase(presence_pending_.begin());
    while (next_presence_ < ring.end() && put(next_presence_)) ++next_presence_;
}

void Peer::put_typing(const std::vector<Typist>& typists, session::PacketBuilder& packet) {
    wire::TypingFrame frame;
    for (const auto& typist : typists)
        if (typist.id != start_.id) frame.names.emplace_back(typist.name);
    packet.add(frame);
}

void Peer::put_oldest_events(const Feed& feed, session::PacketBuilder& packet) {
    for (auto first = floor_; first < next_ && packet.room() > least_event_room;) {
        if (arrived_.contains(first)) {
            ++first;
            continue;
        }
        auto end = first;
        while (end < next_ && !arrived_.contains(end)) ++end;
        const auto reached = put_events(feed, first, end, packet);
        if (reached == first) return;
        first = reached;
    }
}

bool Peer::put_parts(const Feed& feed, session::PacketBuilder& packet) {
    while (!parts_pending_.empty()) {
        const auto [sequence, offset] = *parts_pending_.begin();
        const auto event = event_at(feed, sequence);
        if (!event) return true; // it is asked for
        if (offset >= event->size()) {
            // Kept no more: what is left of it is skipped as a whole.
            const auto forget = [of = sequence](auto& parts) {
                parts.erase(parts.lower_bound({of, 0}), parts.lower_bound({of + 1, 0}));
            };
            forget(parts_pending_);
            forget(parts_left_);
            pending_.insert(sequence);
            continue;
        }
        const wire::PartFrame frame{false, sequence, offset, event->size(),
                                    event->substr(offset, wire::part_size)};
        if (!packet.add(frame, {part_content, sequence, offset})) return false;
        parts_pending_.erase(parts_pending_.begin());
        if (offset == 0) ++lines_sent_;
    }
    return true;
}

std::optional<std::string_view> Peer::event_at(const Feed& feed, wire::Sequence sequence) const {
    if (sequence >= feed.events.first()) return feed.events.at(sequence, start_.id);
    if (sequence < past_begin_ || sequence >= past_end_) return std::nullopt;
    const auto found = past_.find(sequence);
    return found == past_.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<wire::Sequence> Peer::take_wanted(const Feed& feed) {
    if (!is_admitted_ || is_page_asked_) return std::nullopt;
    auto wanted = next_ < std::min(feed.events.end(), floor_ + max_ahead) ? next_ : feed.events.end();
    if (!pending_.empty()) wanted = std::min(wanted, *pending_.begin());
    if (!parts_pending_.empty()) wanted = std::min(wanted, parts_pending_.begin()->first);
    if (wanted >= feed.events.end() || event_at(feed, wanted)) return std::nullopt;
    is_page_asked_ = true;
    return wanted;
}

void Peer::handle_page(const LogPage& page) {
    is_page_asked_ = false;
    past_.clear();
    past_begin_ = page.first;
    past_end_ = page.end;
    for (const auto& event : page.events)
        if (wire::may_read(event.only_for, start_.id)) past_.emplace(event.sequence, event.bytes);
}

wire::Sequence Peer::put_events(const Feed& feed, wire::Sequence first, wire::Sequence end,
                                session::PacketBuilder& packet) {
    // What is kept no more, came to nothing, or is not for this member, is skipped.
    const auto is_nothing = [&](wire::Sequence sequence) {
        const auto event = event_at(feed, sequence);
        return event && event->empty();
    };
    auto reached = first;
    if (is_nothing(first)) {
        while (reached < end && is_nothing(reached)) ++reached;
        const auto count = reached - first;
        if (!packet.add(wire::SkipFrame{first, count}, {events_content, first, count})) return first;
    } else {
        wire::EventsFrame frame{first, {}};
        std::size_t size = 1 + wire::varint_size(first) + 2; // type, sequence, count
        for (; reached < end; ++reached) {
            const auto event = event_at(feed, reached);
            if (!event || event->empty() || event->size() > wire::max_whole_message) break;
            const auto more = wire::varint_size(event->size()) + event->size();
            if (size + more > packet.room()) break;
            size += more;
            frame.events.push_back(*event);
        }
        if (frame.events.empty() || !packet.add(frame, {events_content, first, reached - first}))
            return first;
        for (const auto event : frame.events) lines_sent_ += wire::is_line(event) ? 1 : 0;
    }
    return reached;
}

} // namespace chatd
