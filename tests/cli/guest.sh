# Arguments, variables, directories and standard streams of a guest.
mkdir data
echo content >data/file.txt
try tenon run --env COLOUR=red --dir data::/d $modules/guest.wasm /d/file.txt \
    2>&1 | sed "s,$modules,MODULES,"
COLOUR=blue try tenon run --argv0 name --env COLOUR --dir . $modules/guest.wasm data/file.txt --strict
echo typed | tenon run --argv0 name $modules/guest.wasm ../data/file.txt 2>/dev/null
kinds tenon run --dir nowhere $modules/guest.wasm
