// SPDX-License-Identifier: MIT
#pragma once

/// Takes the user's locale for the whole process, with UTF-8 in any case, and `domain` for its words. A
/// language whose locale is not installed on the machine still gets its words. Call it first thing in main().
void set_up_locale(const char* domain);
