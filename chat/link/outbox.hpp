// SPDX-License-Identifier: MIT
// What was typed and the host has not resolved: numbered, so that the host takes each command once however
// often it comes, and sent again until its result is here.
#pragma once

#include "chat/link/link.hpp"
#include "chat/link/link_messages.hpp"
#include "common/session/fragments.hpp"
#include "common/session/packet_builder.hpp"
#include "common/wire/bytes.hpp"
#include "common/wire/frame.hpp"

#include <deque>

namespace chat {

class Outbox {
  public:
    /// No command is sent so many numbers behind one that the host has not resolved, which keeps as many
    /// results.
    static constexpr std::uint64_t max_unresolved = 32;
    /// The kind of its session::SentItem.
    static constexpr std::uint8_t item_kind = 0;

    /// `id` is the outbox's among all of this key's.
    explicit Outbox(std::uint64_t id, LinkMessages messages = {})
        : messages_(std::move(messages))
        , id_(id) {}

    std::uint64_t id() const { return id_; }
    bool is_empty() const { return unresolved_.empty(); }
    /// Commands that are not resolved.
    std::size_t size() const { return unresolved_.size(); }
    /// Lines that are not resolved.
    std::size_t line_count() const;

    void add(LineId id, const wire::Command& command);
    /// A session begins: all is on its way anew, under the numbers that the host's log leaves. Tells of lines
    /// of an earlier run, and of those whose fate nobody knows.
    std::vector<LinkEvent> begin_session(const wire::WelcomeFrame& welcome, bool is_same_log);
    /// Tells what became of a line, at its last part.
    std::optional<LinkEvent> resolve(const wire::ResultFrame& result);

    /// Of item_kind.
    void handle_acknowledged(const session::SentItem& item);
    void handle_lost(const session::SentItem& item);
    /// Whether there is something to send.
    bool is_owing() const;
    /// Adds the frames that fit.
    void write(session::PacketBuilder& packet);

    /// What is not resolved, for the next run.
    void write(wire::Writer& writer) const;
    /// Puts what an earlier run wrote, of the outbox `id`, before what has been typed in this one. With
    /// nothing in it the outbox stays a new one. False, and unchanged, if the bytes are not whole.
    bool restore(std::uint64_t id, wire::Reader& reader);

  private:
    struct Command {
        LineId id = 0;
        bool is_last_part = true; ///< of a line that was too long for one
        std::uint64_t number = 0;
        std::string bytes;
        bool is_sent = false; ///< perhaps, by this run or an earlier one: the log may know it by its number
        bool is_told = true;  ///< the user knows of it
        session::Fragmenter parts; ///< none before it may be under way
    };

    Command* find(std::uint64_t number);
    void number_anew(std::uint64_t last_command, bool is_same_log, std::vector<LinkEvent>& events);
    /// All that may be under way.
    void add_commands();

    LinkMessages messages_;
    std::uint64_t id_;
    std::uint64_t next_number_ = 1;
    std::deque<Command> unresolved_;  ///< as many as were typed
    std::uint64_t pending_until_ = 0; ///< the newest number that may be under way
};

} // namespace chat
