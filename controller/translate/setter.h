#pragma once
// What turns a row into a function: a parser, and the member its value goes to.

#include <optional>
#include <string_view>
#include <utility>

#include "controller/translate/value.h"

namespace breakwater::translate {

/// Reads `text` into `target`. @return why not, with `target` untouched.
template <class Target>
using Setter = std::optional<Refusal> (*)(std::string_view text, Target& target);

namespace detail {
template <class Class, class Member>
Class class_of(Member Class::*);
}

/// `set<parse_bool, &Draft::redirect, &RedirectWishes::ssl_redirect>` is a Setter<Draft>: the value
/// that the parser gives goes to the member at the end of the path.
template <auto kParse, auto kFirst, auto... kRest>
std::optional<Refusal> set(std::string_view text, decltype(detail::class_of(kFirst))& target) {
    auto value = kParse(text);
    if (!value) return std::move(value.error());
    ((target.*kFirst).*....*kRest) = std::move(*value);
    return {};
}

}  // namespace breakwater::translate
