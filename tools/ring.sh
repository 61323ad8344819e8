# ring.sh - what ./check and .ci/run are made of; sourced, from the top folder.
#
#   step WHAT COMMAND...   runs it, and says what passed and how long it took
#   ring_end               the sum, as one line `N passed, N failed`
#
# Each command's output goes to build-ring/log/; when it fails its end is
# shown. Every line `N passed, N failed` in it, alone or after ctest's number
# of the test, is counted. A ring goes on after a failure, and fails at its
# end; so does one in which a test was skipped, since that proves nothing.

ring=build-ring
log=$ring/log
jobs=${JOBS:-$(nproc)}
passed=0 failed=0 broken=0 skipped=0
mkdir -p "$log"
# What tests/link makes is the same for all builds.
export TENON_LINK_MODULES="$PWD/$ring/link"

# sum FILE: "passed failed skipped", over all that it ran
sum() {
    awk '{ sub(/^[0-9]+: /, "") }
        /^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { p += $1; f += $3; s += $5 }
        /\*\*\*Skipped/ { s++ }
        END { print p + 0, f + 0, s + 0 }' "$1"
}

step() {
    what=$1
    shift
    file=$log/$(echo "$what" | tr -c 'a-zA-Z0-9\n' _).log
    began=$(date +%s)
    if "$@" </dev/null >"$file" 2>&1; then ok=1; else ok=0; fi
    took=$(($(date +%s) - began))
    set -- $(sum "$file")
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + $3))
    result="ok"
    [ "$1$2" = 00 ] || result="$1 passed, $2 failed"
    [ "$3" = 0 ] || result="$result, $3 SKIPPED"
    # A step that counts nothing is itself a thing that passes or fails.
    [ "$1$2$ok" != 001 ] || passed=$((passed + 1))
    if [ $ok = 0 ]; then
        result="$result, FAILED"
        broken=$((broken + 1))
        [ "$2" != 0 ] || failed=$((failed + 1))
    fi
    printf '%-46s %4d s  %s\n' "$what" "$took" "$result"
    [ $ok = 1 ] || { grep -E 'FAILED|error:|: not so|, want ' "$file" | head -n 30
        echo ...; tail -n 10 "$file"; } | sed 's/^/    | /'
    [ $ok = 1 ]
}

ring_end() {
    [ $skipped = 0 ] || echo "skipped tests: $skipped (see $log)"
    echo "$passed passed, $failed failed"
    [ $((failed + broken + skipped)) = 0 ]
}

# build NAME [CMAKE-OPTION...]: in build-ring/NAME, warnings being errors
build() {
    name=$1
    shift
    cmake -S . -B "$ring/$name" -G Ninja -DTENON_WERROR=ON "$@" &&
        cmake --build "$ring/$name" -j "$jobs" -- -k 0
}

# tests NAME [CTEST-OPTION...]
tests() {
    name=$1
    shift
    ctest --test-dir "$ring/$name" -V -j "$jobs" "$@"
}

# both WHAT NAME [CMAKE-OPTION...]: builds, and runs the unit tests
build_and_test() {
    build "$@" && tests "$1" -E '^spec'
}
