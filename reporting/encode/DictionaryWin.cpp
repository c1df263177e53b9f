#include "reporting/encode/DictionaryPath.h"

#include <cstdlib>

namespace akari::reporting::encode {

void forgetDictionaryPath() { ::_putenv_s("DCMDICTPATH", ""); }

} // namespace akari::reporting::encode
