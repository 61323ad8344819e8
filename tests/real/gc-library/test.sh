# gc-library - MoonBit's standard library passes its own tests, or fails them,
# where V8 does. Left out are packages that ask the system for something, and
# those whose tests are no program of their own.
. "$here/gc/moonbit.sh"

packages='bigint byte bytes bytes/internal/regex_engine char deque encoding/ascii
    encoding/base64 encoding/utf16 encoding/utf8 error float hashmap hashset
    immut/array immut/hashmap immut/hashset immut/internal/sparse_array
    immut/priority_queue immut/sorted_map immut/sorted_set immut/vector int16 int64
    json list priority_queue queue quickcheck ref set sorted_map sorted_set strconv
    string string/internal/regex_engine string/internal/regex_parser tuple uint16
    uint64'
# shellcheck disable=SC2086 # words
if moonbit $packages >build.log 2>&1; then
    all=0
    for package in $packages; do
        moonbit_agrees "MoonBit, $package" "$(echo "$package" | tr / -).wasm"
        case $package in
        json | list | priority_queue | string) ;; # minutes
        *) moonbit_stressed "MoonBit, $package" "$(echo "$package" | tr / -).wasm" ;;
        esac
        all=$((all + $(grep -c ': ok$' tenon.out)))
    done
    at_least "MoonBit's tests that pass" 1700 $all
else
    not_ok "building MoonBit's library"
    tail -n 20 build.log
fi
