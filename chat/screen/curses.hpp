// SPDX-License-Identifier: MIT
// ncurses, for the files that wrap it and for no header.
#pragma once

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS // whose names are ours too
#include <curses.h>
