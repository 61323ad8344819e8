# places.awk - addresses in what llvm-dwarfdump says, as places in functions.
#
# First come `begin size name` of each function, as hexadecimal numbers, which
# count from the contents of the code section; then the dump. Each address of
# code becomes name+offset, and each offset into a section becomes a word. What
# is left must be the same wherever a function lies.
function number(text,   i, n) {
    n = 0
    for (i = 1; i <= length(text); i++)
        n = n * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1
    return n
}
function place(text,   i, n) {
    n = number(text)
    for (i = 0; i < count; i++)
        if (n >= begin[i] && n <= begin[i] + size[i])
            return name[i] "+" n - begin[i]
    return "none:" text
}
# Replaces each 0x... in the part of the line that matches.
function places(line, pattern,   out, part) {
    out = ""
    while (match(line, pattern)) {
        part = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        while (match(part, /0x[0-9a-f]+/)) {
            out = out substr(part, 1, RSTART - 1) \
                place(substr(part, RSTART + 2, RLENGTH - 2))
            part = substr(part, RSTART + RLENGTH)
        }
        out = out part
    }
    return out line
}
BEGIN { count = 0 }
FILENAME == "functions" {
    begin[count] = number($1)
    size[count] = number($2)
    name[count++] = $3
    next
}
/file format|contents:|^debug_line\[|^ *$/ { next }
# a row of a line table
/^0x[0-9a-f]+ +[0-9]+ +[0-9]+ / {
    address = place(substr($1, 3))
    $1 = address
    print
    next
}
# an entry: where it is, does not matter
{
    sub(/^0x[0-9a-f]+:/, "")
    gsub(/(abbr_offset =|next unit at) 0x[0-9a-f]+/, "")
    if (/DW_AT_(low_pc|high_pc|entry_pc|call_return_pc|call_pc)/)
        $0 = places($0, "\\(0x[0-9a-f]+\\)")
    $0 = places($0, "\\[0x[0-9a-f]+, 0x[0-9a-f]+\\)")
    if (/DW_AT_(stmt_list|.*_base|ranges|location|type|abstract_origin|specification|call_origin)/)
        gsub(/\((indexed \(0x[0-9a-f]+\) [a-z]+ = )?0x[0-9a-f]+/, "(there")
    gsub(/WASM_location 0x[13] 0x[0-9a-f]+/, "WASM_location of a global")
    print
}
