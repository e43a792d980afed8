#pragma once
// The blocks of one kind in a text of PEM (RFC 7468). For this folder.
//
// Pure. Any thread.

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "proxy/base/check.h"
#include "proxy/base/crypto/handles.h"

namespace breakwater::crypto {

/// Borrows `pem`.
inline BioPtr reader_of(const std::string& pem) {
    BioPtr reader(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    CHECK(reader != nullptr);
    return reader;
}

/// Whether the last failure was that there is no further PEM block.
inline bool found_no_block() {
    const unsigned long error = ERR_peek_last_error();
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

/// Instead of OpenSSL's own, which asks at the terminal.
inline int no_password(char* /*into*/, int /*size*/, int /*writing*/, void* was_asked) {
    *static_cast<bool*>(was_asked) = true;
    return -1;
}

template <class Ptr>
struct PemBlocks {
    enum class End : std::uint8_t { all, broken, too_many };
    std::vector<Ptr> blocks;  ///< those before the end
    End end = End::all;
};

/// @param kRead  PEM_read_bio_X509 and its like; blocks of other kinds are passed over
template <class Ptr, auto kRead>
[[nodiscard]] PemBlocks<Ptr> read_blocks(const std::string& pem, std::size_t most) {
    PemBlocks<Ptr> read;
    const BioPtr reader = reader_of(pem);
    bool asked = false;
    ERR_clear_error();
    while (Ptr one{kRead(reader.get(), nullptr, no_password, &asked)}) {
        if (read.blocks.size() == most) {
            read.end = PemBlocks<Ptr>::End::too_many;
            return read;
        }
        read.blocks.push_back(std::move(one));
    }
    if (!found_no_block()) read.end = PemBlocks<Ptr>::End::broken;
    ERR_clear_error();
    return read;
}

}  // namespace breakwater::crypto
