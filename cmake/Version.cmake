# Which build this is, for `breakwater version`. Git is asked at each build, and what it says is compiled into one file
# (cmd/breakwater/version.cc): a commit makes nothing else anew. cmake/write_version.cmake has the rule.

set(BREAKWATER_VERSION "" CACHE STRING "where git cannot be asked, such as in an image's build: 1.2.3; empty: git says it")
set(version_header ${CMAKE_BINARY_DIR}/version/breakwater_version.h)
add_custom_target(breakwater_version_header
    COMMAND ${CMAKE_COMMAND} -DGIVEN=${BREAKWATER_VERSION} -DRELEASE=${PROJECT_VERSION} -DSOURCE=${CMAKE_SOURCE_DIR}
            -DHEADER=${version_header} -P ${CMAKE_SOURCE_DIR}/cmake/write_version.cmake
    BYPRODUCTS ${version_header}
    COMMENT "")

# What compiles cmd/breakwater/version.cc.
function(breakwater_knows_its_version target)
    add_dependencies(${target} breakwater_version_header)
    target_include_directories(${target} PRIVATE ${CMAKE_BINARY_DIR}/version)
endfunction()

# The program that is installed. Where the version is given it is in a note of the file, too, by which the SBOM of an image
# names what no package manager knows of (systemd.io/PACKAGE_METADATA_FOR_EXECUTABLE_FILES).
function(breakwater_carries_its_version target)
    if(BREAKWATER_VERSION)
        string(CONFIGURE [[{"type":"binary","name":"breakwater","version":"@BREAKWATER_VERSION@","license":"Apache-2.0"}]]
               metadata @ONLY)
        target_link_options(${target} PRIVATE "SHELL:-Xlinker '--package-metadata=${metadata}'")
    endif()
endfunction()
