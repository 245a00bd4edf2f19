// SPDX-License-Identifier: MIT
// chat without a screen: a line in is a line said, a message is a line out. For scripts, pipes and screen
// readers.
#pragma once

#include "chat/network/conversation.hpp"
#include "chat/options.hpp"
#include "common/os/signals.hpp"

namespace chat {

/// Talks until the end of the input or until the host ends it; with options.is_json on as long as the host
/// does, one object a line on standard output; with options.send it says that and leaves. Messages go to
/// standard output, who comes and goes and what goes wrong to standard error. Returns the exit status.
int run_plain(Conversation& conversation, const Options& options, os::SignalDescriptor& signals);

/// Says the word_before_joining(), if there is one.
void tell_before_joining(const TimedEvent& heard, bool is_json);

} // namespace chat
