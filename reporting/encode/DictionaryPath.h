#pragma once

namespace akari::reporting::encode {

// Takes DCMDICTPATH out of the environment: a stale one would leave DCMTK without a dictionary, and reports unwritten.
void forgetDictionaryPath();

} // namespace akari::reporting::encode
