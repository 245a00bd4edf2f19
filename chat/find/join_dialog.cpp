// SPDX-License-Identifier: MIT
#include "chat/find/join_dialog.hpp"

#include "chat/translate.hpp"
#include "common/app/failure.hpp"
#include "common/base/overloaded.hpp"
#include "common/os/event_loop.hpp"

#include <sys/epoll.h>

#include <csignal>
#include <utility>

namespace chat {
namespace {

/// The room password that the user gives instead. Throws Failure if there is none.
SecretText password_for(const PasswordRefused& refused, const std::string& host, Prompts& prompts) {
    switch (refused.why) {
    case PasswordRefused::Why::unwanted:
        throw Failure(
            EX_NOPERM,
            tr("the room on {0} takes no key, so it may not be the one that is meant: not joined", {host}));
    case PasswordRefused::Why::missing:
    case PasswordRefused::Why::wrong: break;
    }
    const bool is_wrong = refused.why == PasswordRefused::Why::wrong;
    if (const auto password = prompts.ask_password(is_wrong)) return *password;
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

std::optional<std::string> word_before_joining(const LinkEvent& event) {
    const auto* notice = std::get_if<Notice>(&event);
    if (notice == nullptr) return std::nullopt;
    return notice->from == Notice::From::host ? tr("host: {0}", {notice->text}) : notice->text;
}

JoinDialog::JoinDialog(Conversation& conversation, KnownRooms known_rooms, Prompts& prompts, Tell tell)
    : conversation_(conversation)
    , known_rooms_(std::move(known_rooms))
    , prompts_(prompts)
    , tell_(std::move(tell))
    , host_(conversation.shown_host()) {}

void JoinDialog::join(JoinAs join, os::SignalDescriptor& signals) {
    os::EventLoop loop;
    loop.watch(signals.fd(), EPOLLIN, [&](std::uint32_t) {
        if (const int signal = signals.read(); signal != 0 && signal != SIGWINCH)
            throw Failure(EX_UNAVAILABLE, tr("stopped before {0} answered", {host_}));
    });
    loop.watch(conversation_.network().fd(), EPOLLIN, [&](std::uint32_t) {
        for (auto& heard : conversation_.network().drain_heard()) handle(std::move(heard));
    });
    join_ = std::move(join);
    if (!join_.fingerprint) join_.fingerprint = known_rooms_.find(host_);
    try_again();
    while (!is_online_) loop.wait(std::nullopt);
    conversation_.begin(join_.name, std::move(early_));
}

void JoinDialog::try_again() {
    conversation_.network().ask(join_);
}

void JoinDialog::handle(TimedEvent heard) {
    if (is_online_) {
        early_.push_back(std::move(heard));
        return;
    }
    std::visit(Overloaded{
                   [&](const Online&) {
                       is_online_ = true;
                       early_.push_back(heard);
                   },
                   [&](const RoomKnown& room) {
                       if (!known_rooms_.find(host_)) known_rooms_.remember(host_, room.fingerprint);
                       early_.push_back(heard);
                   },
                   [&](const HostUnknown& unknown) { ask_trust(unknown); },
                   [&](const HostKeyChanged& changed) { refuse(changed); },
                   [&](const PasswordRefused& refused) { ask_password(refused); },
                   [&](const Unanswered& unanswered) {
                       throw Failure(unanswered.is_held_up ? EX_TEMPFAIL : EX_UNAVAILABLE,
                                     in_words(unanswered, host_, conversation_.host().port));
                   },
                   [&](const Refused& refused) { ask_name(refused); },
                   [&](const Notice&) { tell_(heard); }, // often it says that the user has to wait
                   [&](const Closed&) { throw Failure(EX_UNAVAILABLE, tr("{0} closed the room", {host_})); },
                   [&](const auto&) { early_.push_back(heard); },
               },
               heard.what);
}

void JoinDialog::refuse(const HostKeyChanged& changed) const {
    if (join_.is_fingerprint_typed)
        throw Failure(EX_NOPERM, tr("{0} has the key {1}, and not {2}, which the command line says: somebody "
                                    "else may be answering there, or the fingerprint is another room's. "
                                    "Nothing was said to it",
                                    {host_, changed.met, changed.known}));
    throw Failure(EX_NOPERM,
                  tr("THE KEY OF {0} HAS CHANGED, from {1} to {2}: somebody else may be answering "
                     "there. Nothing was said to it. If the host is known to have a new key, remove "
                     "its line from {3}",
                     {host_, changed.known, changed.met, known_rooms_.file().string()}));
}

void JoinDialog::ask_trust(const HostUnknown& unknown) {
    if (!prompts_.ask_trust(host_, unknown.room))
        throw Failure(EX_NOPERM, tr("not joined: the room's fingerprint was not confirmed"));
    join_.fingerprint = unknown.room.fingerprint;
    try_again();
}

void JoinDialog::ask_password(const PasswordRefused& refused) {
    join_.password = password_for(refused, host_, prompts_);
    try_again();
}

void JoinDialog::ask_name(const Refused& refused) {
    const auto why = tr("{0} refused: {1}", {host_, refused.why});
    const auto other = prompts_.ask_name(why);
    if (!other) throw Failure(EX_NOPERM, why);
    join_.name = *other;
    try_again();
}

} // namespace chat
