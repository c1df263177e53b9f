// An item of the outbox as docs/akarictl.md shows it.
#pragma once

#include "app/cli/Context.h"

namespace akari::cli {

Json itemJson(const records::OutboxItem& item);

} // namespace akari::cli
