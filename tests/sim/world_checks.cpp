// SPDX-License-Identifier: MIT
// What each member of the simulated room hears, and what must be true of that and of the hub at any time.
#include "tests/sim/world.hpp"

#include "chat/model/spoken.hpp"
#include "common/base/overloaded.hpp"

#include <doctest/doctest.h>

namespace sim {

void World::show(Member& member, const std::string& text) {
    note(member.name + " shows " + text.substr(0, 10));
    CHECK_MESSAGE(member.shown.insert(text).second, text, " twice to ", member.name, trace_);
}

void World::hear(Member& member, const chat::LinkEvent& event) {
    if (event.index() <= 6) note(member.name + " is told " + std::to_string(event.index()));
    if (member.model) member.model->apply(event, {});
    std::visit(Overloaded{
                   [&](const chat::Online&) { member.is_online = true; },
                   [&](const chat::Closed&) { member.is_closed = true; },
                   [&](const chat::Refused& refused) { member.refusals.push_back(refused.why); },
                   [&](const chat::LineRefused& refused) { member.refusals.push_back(refused.why); },
                   [&](const chat::PasswordRefused& refused) { member.password_fault = refused.why; },
                   [&](const chat::Offline&) { ++member.outages; },
                   [&](const chat::RoomKnown&) { ++member.handshakes; },
                   [&](const chat::Named& named) {
                       note(member.name + " is now " + named.name);
                       member.name = named.name;
                   },
                   [&](const chat::RosterKnown& roster) {
                       member.unreachable.clear();
                       for (const auto& entry : roster.roster.entries)
                           if (entry.is_unreachable) member.unreachable.emplace(entry.name.view());
                   },
                   [&](const chat::PresenceKnown& known) {
                       member.unreachable.erase(known.name);
                       if (known.is_unreachable) member.unreachable.insert(known.name);
                   },
                   [&](const chat::TypingKnown& typing) { member.typists = typing.names; },
                   [&](const chat::LineKept& kept) {
                       member.lines[kept.id] = chat::own_words(kept.command);
                       show(member, member.lines[kept.id]);
                   },
                   [&](const chat::SearchResults& found) { hear_found(member, found); },
                   [&](const chat::Notice& remark) {
                       if (remark.from != chat::Notice::From::link) return;
                       note(member.name + " hears: " + remark.text);
                       member.remarks.push_back(remark.text);
                       if (remark.text.find("log") != std::string::npos) member.last_sequence = 0;
                   },
                   [&](const chat::LineSent& sent) {
                       note(member.name + " sent " + std::to_string(sent.id));
                       CHECK_MESSAGE(member.sent.insert(sent.id).second, trace_);
                   },
                   [&](const chat::RoomEvent& what) {
                       what.is_logged() ? hear_logged(member, what) : hear_unlogged(member, what.event);
                   },
                   [](const auto&) {},
               },
               event);
}

void World::hear_found(Member& member, const chat::SearchResults& found) {
    for (const auto& what : found.lines) {
        const auto* said = std::get_if<wire::Said>(&what.what);
        member.found.emplace_back(said == nullptr ? "?" : said->text.view());
    }
    member.found.emplace_back(found.is_all ? "all" : "more");
}

void World::hear_logged(Member& member, const chat::RoomEvent& what) {
    // In the log's order, each once; whether any is missing is seen at the end.
    CHECK_MESSAGE(what.event.sequence > member.last_sequence, trace_);
    member.last_sequence = what.event.sequence;
    if (const auto* whispered = std::get_if<wire::Whispered>(&what.event.what))
        member.whispers.push_back(std::string(whispered->name.view()) + " to " +
                                  std::string(whispered->to.view()) + ": " +
                                  std::string(whispered->text.view()));
    if (const auto* renamed = std::get_if<wire::Renamed>(&what.event.what))
        note(member.name + " hears at " + std::to_string(what.event.sequence) + " that " +
             std::string(renamed->name.view()) + " is " + std::string(renamed->new_name.view()) +
             (what.is_own ? ", its own" : ""));
    const auto* said = std::get_if<wire::Said>(&what.event.what);
    if (said == nullptr) return;
    CHECK_MESSAGE(told_set_.contains(std::string(said->text.view())), trace_);
    if (what.is_own)
        CHECK_MESSAGE(said->name.view() == member.name, trace_);
    else
        show(member, std::string(said->text.view()));
    member.heard.emplace_back(said->text.view());
    if (const auto when = said_at_.find(member.heard.back()); line_bound_ && when != said_at_.end())
        CHECK_MESSAGE(now_ - when->second <= *line_bound_, trace_);
}

void World::hear_unlogged(Member& member, const wire::Event& event) {
    if (const auto* said = std::get_if<wire::Said>(&event.what)) {
        CHECK_MESSAGE(said->name.view() != member.name, trace_); // never one's own
        CHECK_MESSAGE(told_set_.contains(std::string(said->text.view())),
                      trace_); // nothing that was not said
        member.heard.emplace_back(said->text.view());
    }
    if (const auto* shout = std::get_if<wire::Shouted>(&event.what))
        CHECK_MESSAGE(told_set_.contains(std::string(shout->text.view())), trace_);
}

void World::check_roster() const {
    std::set<std::string> keys;
    for (const auto& presence : hub_->presences(now_)) {
        // Both forms of a name may be the same; those of two names never.
        const auto& own = presence.name.keys();
        for (const auto& key : std::set<std::string>(own.begin(), own.end()))
            CHECK_MESSAGE(keys.insert(key).second, key, " twice", trace_);
        // Whatever a member says how long it waited.
        if (presence.rtt)
            CHECK_MESSAGE((*presence.rtt >= Duration::zero() && *presence.rtt < std::chrono::minutes(1)),
                          trace_);
    }
    CHECK_MESSAGE(hub_->is_consistent(), trace_);
    // What its key may have waiting, and a page, an answer and the packets under way.
    const auto bound =
        512 * std::size_t{1024} + hub_->member_count() * (*options_.limits.waiting_bytes.key + 64 * 1024);
    CHECK_MESSAGE(hub_->memory() <= bound, hub_->memory(), trace_);
}

} // namespace sim
