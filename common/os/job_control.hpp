// SPDX-License-Identifier: MIT
// Whose a terminal is at present, where a shell runs several jobs on it.
#pragma once

#include <unistd.h>

namespace os {

/// False while the terminal `fd` is in the hands of another job. A terminal that does not control this
/// process knows no jobs. Async-signal-safe.
inline bool is_in_foreground(int fd) {
    const auto group = tcgetpgrp(fd);
    return group < 0 || group == getpgrp();
}

} // namespace os
