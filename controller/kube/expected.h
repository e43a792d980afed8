#pragma once
// How the control half fails: a value, or one clear sentence for the log or the terminal.
//
// The traffic half's Error is a row of a table because a status code and a retry hang on it; here a
// person reads it.

#include <expected>
#include <string>
#include <utility>

namespace breakwater::kube {

template <class T>
using Expected = std::expected<T, std::string>;

inline std::unexpected<std::string> because(std::string text) {
    return std::unexpected(std::move(text));
}

}  // namespace breakwater::kube
