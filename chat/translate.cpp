// SPDX-License-Identifier: MIT
#include "chat/translate.hpp"

#include "chat/text/places.hpp"

#include <libintl.h>

namespace chat {

std::string tr(const char* message, const std::vector<std::string>& words) {
    return filled(gettext(message), words);
}

} // namespace chat
