#include "reporting/encode/DictionaryPath.h"

#include <cstdlib>

namespace akari::reporting::encode {

void forgetDictionaryPath() { ::unsetenv("DCMDICTPATH"); }

} // namespace akari::reporting::encode
