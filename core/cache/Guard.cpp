#include "core/cache/Guard.h"

#include <new>

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

namespace akari::cache {
namespace {

Error databaseError(const SQLite::Exception& error)
{
    const int extended = error.getExtendedErrorCode();
    std::string detail = "SQLite " + std::to_string(extended) + ": " + sqlite3_errstr(extended);
    switch (error.getErrorCode()) {
    case SQLITE_FULL:
        return {"disk.full", "There is no room left to write; free some disk space and try again.", std::move(detail)};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return {"cache.damaged", "The cache's index is damaged; delete the cache folder and sync again, nothing else is lost.", std::move(detail)};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {"cache.busy", "The cache is in use by another program; try again.", std::move(detail)};
    case SQLITE_NOMEM:
        return {"memory.exhausted", "There is not enough memory; close other studies or programs.", std::move(detail)};
    default: break;
    }
    return {"data.unwritable", "The cache's index can't be read or written; check the folder's permissions and the disk.", std::move(detail)};
}

} // namespace

Error currentError()
{
    try {
        throw;
    } catch (const Failure& failure) {
        return failure.error;
    } catch (const SQLite::Exception& error) {
        return databaseError(error);
    } catch (const std::bad_alloc&) {
        return {"memory.exhausted", "There is not enough memory; close other studies or programs.", "cache"};
    } catch (const std::exception& error) {
        return {"cache.failed", "The cache could not do what was asked; please report this.", error.what()};
    }
}

Error damaged(std::string detail)
{
    return {"cache.damaged", "An object in the cache is damaged on the disk; sync the study again to fetch it anew.", std::move(detail)};
}

Error absent(std::string detail) { return {"cache.absent", "The object is not in the cache; sync its study first.", std::move(detail)}; }

} // namespace akari::cache
