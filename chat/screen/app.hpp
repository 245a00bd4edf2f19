// SPDX-License-Identifier: MIT
// chat on a screen: the main thread's loop, which reads keys, keeps the model and draws.
#pragma once

#include "chat/network/conversation.hpp"
#include "chat/options.hpp"
#include "common/os/signals.hpp"

namespace chat {

/// Talks until the user leaves or the host ends it. Returns the exit status; throws Failure.
int run_on_screen(Conversation& conversation, const Options& options, os::SignalDescriptor& signals);

} // namespace chat
