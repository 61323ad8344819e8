# needs codecs
# What must not be lost, whatever goes wrong.

cp "$modules/math.wasm" "$modules/base.wasm" .
# one of the two files cannot be written: the old package stays
tenon pack -o app.pmod base.wasm >/dev/null 2>&1
cp app.pmod old.pmod
mv app.pmod.sha256 app.sha256
mkdir app.pmod.sha256
kinds tenon pack -o app.pmod math.wasm
cmp app.pmod old.pmod
rmdir app.pmod.sha256
ls
# no place of a pipe or a device is taken
mkfifo pipe
try tenon pack -o pipe math.wasm
[ -p pipe ] || echo "the pipe is gone"
rm pipe
# what is read is not written
try tenon pack -o math.wasm base.wasm math.wasm
try tenon print -o math.wasm math.wasm
ln math.wasm link.wasm
try tenon print -o link.wasm math.wasm
cmp math.wasm "$modules/math.wasm"
# an old text stays when there is no new one
head -c 30 math.wasm >torn.wasm
echo old >text.wat
kinds tenon print -o text.wat torn.wasm
cat text.wat
# two files are written, so not to standard output
try tenon pack -o - math.wasm
# a closed stream is not the next file that is opened
tenon print -o text.wat math.wasm >&-
tenon print math.wasm | cmp - text.wat
# a fallback is for the package, not for wrong directories
kinds tenon run --dir nowhere --preload x=nofile --fallback math.wasm base.wasm
# wrong usage is told before anything is read
try tenon run --sha256 00 nofile.wasm
try tenon run --bytes - nofile.wasm
try tenon run --env =x math.wasm
# JSON is UTF-8, whatever the file is called
bad=$(printf 'bad\377\303\251\355\240\200.wasm')
cp base.wasm "$bad"
tenon inspect --json "$bad" | sed -n 3p
try tenon inspect -j nosuch base.wasm
# many modules of one name: one warning for each, not for each pair
tenon pack -o same.pmod base.wasm base.wasm base.wasm base.wasm 2>&1 |
    grep -c 'both named'
# and a call by that name says why it finds nothing
try tenon run --invoke base:seven same.pmod
# -h is help, but for inspect's headers
tenon run -h | grep -e --help
tenon inspect -h base.wasm | sed -n 3p
tenon help help | head -1 | cut -c1-5
# the code of each of several modules has a heading
tenon run --show=ir same.pmod | grep -c '^module'
