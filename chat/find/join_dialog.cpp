// SPDX-License-Identifier: MIT
#include "chat/find/join_dialog.hpp"

#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/base/overloaded.hpp"
#include "common/text/name.hpp"

#include <sys/epoll.h>

#include <csignal>
#include <utility>

namespace chat {
namespace {

std::vector<net::Address> addresses_of(const net::HostPort& host) {
    try {
        return net::resolve(host);
    } catch (const std::runtime_error& error) {
        throw Failure(EX_NOHOST, error.what());
    }
}

/// The key that the user gives then, or a Failure.
SecretText key_for(const PasswordRefused& refused, const std::string& host, const Prompts& questions) {
    switch (refused.why) {
    case PasswordRefused::Why::unwanted:
        throw Failure(
            EX_NOPERM,
            tr("the room on {0} takes no key, so it may not be the one that is meant: not joined", {host}));
    case PasswordRefused::Why::missing:
    case PasswordRefused::Why::wrong: break;
    }
    const bool is_wrong = refused.why == PasswordRefused::Why::wrong;
    if (const auto key = questions.ask_key(is_wrong)) return *key;
    throw Failure(EX_NOPERM, is_wrong ? tr("that is not the key of the room on {0}", {host})
                                      : tr("the room on {0} wants a key: --key-file FILE gives it", {host}));
}

std::string in_words(const Unanswered& unanswered, const std::string& host, std::uint16_t port) {
    if (unanswered.is_port_closed)
        return tr("nobody hosts a room on {0}/udp: that machine answers that the port is closed (is chatd "
                  "running there, and on this port?)",
                  {host});
    const auto seconds = std::chrono::round<std::chrono::seconds>(unanswered.waited).count();
    if (unanswered.is_held_up)
        return tr(
            "{0} answered, but let nobody in from here for {1} s: too many are joining, or wrong keys were "
            "tried from this address. Try again later",
            {host, std::to_string(seconds)});
    return tr(
        "no answer from {0}/udp in {1} s: is chatd running there, does a firewall block UDP {2}? (a room "
        "that knows only the classic protocol takes --classic)",
        {host, std::to_string(seconds), std::to_string(port)});
}

} // namespace

std::string in_words(const net::HostPort& host) {
    const bool is_v6 = host.host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host.host + "]" : host.host) + ":" + std::to_string(host.port);
}

std::optional<std::string> word_before_joining(const LinkEvent& event) {
    const auto* notice = std::get_if<Notice>(&event);
    if (notice == nullptr) return std::nullopt;
    return notice->from == Notice::From::host ? tr("host: {0}", {notice->text}) : notice->text;
}

std::string checked_name(const std::string& typed) {
    const auto parsed = text::Name::parse(typed);
    if (const auto* name = std::get_if<text::Name>(&parsed)) return std::string(name->view());
    switch (std::get<text::NameFault>(parsed)) {
    case text::NameFault::empty: throw Failure(EX_USAGE, tr("say who you are: --name NAME"));
    case text::NameFault::too_long:
        throw Failure(EX_USAGE, tr("the name '{0}' is too long: at most 24 columns", {text::escaped(typed)}));
    case text::NameFault::bad_character: break;
    }
    throw Failure(EX_USAGE,
                  tr("'{0}' is no name: letters and digits, with . _ - between them (--name sets another)",
                     {text::escaped(typed)}));
}

Conversation::Conversation(const net::HostPort& host, LinkMaker make_link, KnownRooms known_rooms,
                           NameStore names)
    : host_(host)
    , known_rooms_(std::move(known_rooms))
    , names_(std::move(names))
    , network_(addresses_of(host), std::move(make_link)) {}

std::string Conversation::shown_host() const {
    return in_words(host_);
}

void Conversation::join(JoinAs join, os::SignalDescriptor& signals, const Prompts& questions,
                        const Tell& tell) {
    os::EventLoop loop;
    loop.watch(signals.fd(), EPOLLIN, [&](std::uint32_t) {
        if (const int signal = signals.read(); signal != 0 && signal != SIGWINCH)
            throw Failure(EX_UNAVAILABLE, tr("stopped before {0} answered", {shown_host()}));
    });
    loop.watch(network_.fd(), EPOLLIN, [&](std::uint32_t) {
        for (auto& heard : network_.drain_heard()) handle(std::move(heard), questions, tell);
    });
    join_ = std::move(join);
    if (!join_.fingerprint) join_.fingerprint = known_rooms_.find(shown_host());
    network_.ask(join_);
    while (!is_online_) loop.wait(std::nullopt);
}

void Conversation::handle(TimedEvent heard, const Prompts& questions, const Tell& tell) {
    if (is_online_) {
        early_.push_back(std::move(heard));
        return;
    }
    const auto refuse = [&](const std::string& why) -> std::string {
        throw Failure(EX_NOPERM, tr("{0} refused: {1}", {shown_host(), why}));
    };
    std::visit(
        Overloaded{
            [&](const Online&) {
                is_online_ = true;
                early_.push_back(heard);
            },
            [&](const RoomKnown& room) {
                if (!known_rooms_.find(shown_host())) known_rooms_.remember(shown_host(), room.fingerprint);
                early_.push_back(heard);
            },
            [&](const HostUnknown& unknown) {
                if (!questions.ask_trust(shown_host(), unknown.room))
                    throw Failure(EX_NOPERM, tr("not joined: the room's fingerprint was not confirmed"));
                join_.fingerprint = unknown.room.fingerprint;
                network_.ask(join_);
            },
            [&](const HostKeyChanged& changed) {
                if (join_.is_fingerprint_typed)
                    throw Failure(
                        EX_NOPERM,
                        tr("{0} has the key {1}, and not {2}, which the command line says: somebody "
                           "else may be answering there, or the fingerprint is another room's. "
                           "Nothing was said to it",
                           {shown_host(), changed.met, changed.known}));
                throw Failure(
                    EX_NOPERM,
                    tr("THE KEY OF {0} HAS CHANGED, from {1} to {2}: somebody else may be answering "
                       "there. Nothing was said to it. If the host is known to have a new key, remove "
                       "its line from {3}",
                       {shown_host(), changed.known, changed.met, known_rooms_.file().string()}));
            },
            [&](const PasswordRefused& refused) {
                join_.key = key_for(refused, shown_host(), questions);
                network_.ask(join_);
            },
            [&](const Unanswered& unanswered) {
                throw Failure(unanswered.is_held_up ? EX_TEMPFAIL : EX_UNAVAILABLE,
                              in_words(unanswered, shown_host(), host_.port));
            },
            [&](const Refused& refused) {
                const auto other = questions.ask_name(tr("{0} refused: {1}", {shown_host(), refused.why}));
                join_.name = other ? *other : refuse(refused.why);
                network_.ask(join_);
            },
            [&](const Notice&) { tell(heard); }, // that one has to wait, as a rule
            [&](const Closed&) { throw Failure(EX_UNAVAILABLE, tr("{0} closed the room", {shown_host()})); },
            [&](const auto&) { early_.push_back(heard); },
        },
        heard.what);
}

std::vector<TimedEvent> Conversation::drain_heard() {
    auto heard = std::exchange(early_, {});
    for (auto& later : network_.drain_heard()) heard.push_back(std::move(later));
    for (const auto& one : heard)
        if (const auto* event = std::get_if<RoomEvent>(&one.what)) taken_ = event->event.sequence;
    return heard;
}

void Conversation::tell_seen() {
    if (seen_ == taken_) return;
    seen_ = taken_;
    network_.ask(Seen{seen_});
}

} // namespace chat
