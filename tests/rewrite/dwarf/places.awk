# places.awk - addresses in what llvm-dwarfdump says, as places in functions.
#
# First come the places as places.c says them, then the dump. Each address of
# code becomes the name of a function and the number of an instruction, and each
# offset into a section becomes a word. What is left must be the same wherever a
# function lies, and however long its code became.
function place(text) {
    sub(/^0+/, "", text)
    return text in at ? at[text] : "none:" text
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
FILENAME == "places" {
    at[$1] = $2
    next
}
/file format|contents:|^debug_line\[|total_length:|^ *$/ { next }
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
