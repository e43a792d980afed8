// Any bytes as a manifest: YAML or JSON to typed objects, without a crash, a hang or much memory.

#include <cstdint>
#include <string_view>

#include "controller/source/manifest_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using breakwater::source::ManifestFormat;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const bool is_json = text.starts_with('{');
    (void)breakwater::source::read_manifest(text,
                                            is_json ? ManifestFormat::json : ManifestFormat::yaml);
    return 0;
}
