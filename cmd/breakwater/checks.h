#pragma once
// What translate() asks of the half that carries traffic: whether that could use a text. Any thread.

#include "controller/translate/checks.h"

namespace breakwater::cmd {

[[nodiscard]] translate::Checks all_checks();

}  // namespace breakwater::cmd
