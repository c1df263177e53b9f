// What commands that speak with an archive share.
#pragma once

#include "app/cli/Context.h"
#include "core/archive/DicomWeb.h"

namespace akari::cli {

// A client of the archive of that name, kept in `keep`. Reading commands take no lock, but for archives that people sign in to: a token
// that is renewed must be kept, so the folder is opened for writing where nobody else has it.
Result<archive::DicomWebClient*> clientOf(Context& context, const std::string& name, bool writes,
                                          std::unique_ptr<archive::DicomWebClient>& keep);
// archive add | list | test | login | logout.
void addArchiveSettingsCommands(CLI::App& app, Context& context, Run& run);

} // namespace akari::cli
