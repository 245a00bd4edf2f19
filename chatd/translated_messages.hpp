// SPDX-License-Identifier: MIT
// The messages to members in the host's language: the one place of chatd that asks gettext.
#pragma once

#include "chatd/room/messages.hpp"

namespace chatd {

/// The messages in the language of the locale that setlocale() chose; in English where there is no
/// translation.
Messages translated_messages();

} // namespace chatd
