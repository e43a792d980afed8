# Runs the steps of tests/run one after the other and sums up. Sourced, after say.sh.
#
# A step NAME is a function step_NAME, run in a shell of its own that stops at the first failing command. The steps
# after a failed one still run, but for `packages` and for what nothing can be built without. What failed, or was not run
# because this machine cannot, is named once more at the end, where the tail of a long log shows it.

kLogs=build/test-logs
kNeeded=(packages)
kNotRun=77 # what a step returns that cannot run here; its last line says why

tests_passed=0
tests_failed=0
failures=() # "STEP: what failed"
not_run=()  # "STEP: why"

# @... names of steps. Returns 1 when one failed; the last line is "N passed, N failed".
run_steps() {
    local name
    for name in "$@"; do
        declare -F "step_$name" >/dev/null || die "there is no step $name; --list names them"
    done
    mkdir -p "$kLogs"
    local started=$SECONDS
    local status
    for name in "$@"; do
        set +e # not `run_step || …`: inside a condition a shell ignores set -e, that of the step's own shell too
        run_step "$name"
        status=$?
        set -e
        ((status == 0)) || [[ " ${kNeeded[*]} " != *" $name "* ]] || break
    done
    say "all steps: $(duration $((SECONDS - started)))"
    ((${#not_run[@]} == 0)) || printf 'NOT RUN   %s\n' "${not_run[@]}"
    ((${#failures[@]} == 0)) || printf 'FAILED    %s\n' "${failures[@]}"
    printf '%d passed, %d failed\n' "$tests_passed" "$tests_failed"
    ((tests_failed == 0))
}

run_step() {
    local name=$1 log=$kLogs/$1.log started=$SECONDS status=0
    if [[ ${CI-} == true ]]; then
        printf -- '--- %s\n' "$name"
        (set -e; "step_$name") 2>&1 | tee "$log"
        status=${PIPESTATUS[0]}
    else
        (set -e; "step_$name") >"$log" 2>&1
        status=$?
    fi
    if ((status == kNotRun)); then
        not_run+=("$name: $(tail -n 1 "$log")")
        printf '%-9s NOT RUN\n' "$name"
        return 0
    fi
    count_tests "$log" "$status"
    if ((status)); then
        note_failures "$name" "$log"
        [[ ${CI-} == true ]] || tail -n 80 "$log" >&2
        printf '%-9s FAILED  %s (%s)\n' "$name" "$(duration $((SECONDS - started)))" "$log"
        return 1
    fi
    printf '%-9s ok      %s%s\n' "$name" "$(duration $((SECONDS - started)))" "$counted"
}

# Adds what a log tells of tests to the sums: GoogleTest's summaries, helm-unittest's, and Go's result lines. A step
# that tells of none is one test itself, and so is a failure that no test accounts for. Sets `counted` to a remark for
# the step's line.
count_tests() {
    local log=$1 status=$2 passed failed
    passed=$(sum_of "$log" '.*\[  PASSED  \] \([0-9]*\) tests\{0,1\}\..*')
    failed=$(sum_of "$log" '.*\[  FAILED  \] \([0-9]*\) tests\{0,1\}, listed below:.*')
    ((passed += $(sum_of "$log" 'Tests: .* \([0-9]*\) passed, [0-9]* total'))) || true
    ((passed += $(grep -c '^ *--- PASS: ' "$log"))) || true
    ((failed += $(grep -c '^ *--- FAIL: ' "$log"))) || true

    counted=
    if ((passed + failed)); then counted=", $passed tests"; else ((passed += status == 0)) || true; fi
    if ((status && failed == 0)); then failed=1; fi
    ((tests_passed += passed, tests_failed += failed)) || true
}

# @1 the step  @2 its log: adds the names of its failed tests to `failures`, or its last line where no test is named
note_failures() {
    local -a named
    mapfile -t named < <(sed -n -E 's/^([0-9]+: )?\[  FAILED  \] ([^ ,]+)( \(.*|, where .*)?$/\2/p
                                    s/^[[:space:]]+[0-9]+ - ([^ ]+) \(.*/\1/p
                                    s/^ *--- FAIL: ([^ ]+) .*/\1/p
                                    s/^\t- (.+)$/\1/p' "$2" | sort -u) # the last one: helm-unittest
    ((${#named[@]})) || named=("$(grep -v '^[[:space:]]*$' "$2" | tail -n 1)")
    failures+=("${named[@]/#/$1: }")
}

# The sum of the numbers that a pattern captures in the lines of a file.
sum_of() { sed -n "s/^$2\$/\\1/p" "$1" | awk '{ sum += $1 } END { print sum + 0 }'; }

# Sanitizers name functions and lines, and a race ends the test.
prepare_sanitizers() {
    export PATH=/usr/lib/llvm-19/bin:$PATH # llvm-symbolizer
    export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/tests/lib/tsan.supp
    export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1
}
