#pragma once

namespace akari::cli {

bool standardErrorIsTerminal();
// Waits for SIGINT or SIGTERM.
void waitForInterrupt();

} // namespace akari::cli
