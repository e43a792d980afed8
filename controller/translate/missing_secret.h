#pragma once
// How findings say that a Secret is not there: admission knows them by it, of Secrets that merely were not read.

#include <string>

namespace breakwater::translate {

/// A sentence without its end. @param name  `namespace/name`, in quotes where somebody has written it
inline std::string missing_secret(const std::string& name) {
    return "the Secret " + name + " does not exist";
}

}  // namespace breakwater::translate
