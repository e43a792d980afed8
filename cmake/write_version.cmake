# Writes the header HEADER, which says the version of the sources in SOURCE, where it is not written already.
#
#   GIVEN     the version, where it is known
#   RELEASE   the release that these sources are, or come before
#
# A commit with the tag v1.2.3 is 1.2.3; another one 1.2.3-dev+g0a1b2c3, which semver.org sorts before that release; with
# changes that are in no commit `.dirty` stands behind it. Without git it is the release: sources without .git are those
# of a release's archive.

set(version "${GIVEN}")
if(version STREQUAL "" AND EXISTS ${SOURCE}/.git)
    execute_process(COMMAND git -C ${SOURCE} describe --tags --exact-match --match v${RELEASE} --dirty=.dirty
                    OUTPUT_VARIABLE tag OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    execute_process(COMMAND git -C ${SOURCE} describe --exclude=* --always --abbrev=10 --dirty=.dirty
                    OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(tag STREQUAL "v${RELEASE}")
        set(version ${RELEASE})
    elseif(commit)
        set(version ${RELEASE}-dev+g${commit})
    endif()
endif()
if(version STREQUAL "")
    set(version ${RELEASE})
endif()
file(CONFIGURE OUTPUT ${HEADER} CONTENT "#define BREAKWATER_BUILD \"${version}\"\n")
