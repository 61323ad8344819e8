# Completion of tenon for bash. Verbs and options are asked of tenon itself,
# so that this file need not know them.
_tenon() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local verb=${COMP_WORDS[1]} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ] || [ "$verb" = help ]; then
        words=$(tenon help 2>/dev/null |
            sed -n 's/^  \([a-z][a-z]*\)   *.*/\1/p')
    elif [ "$before" = --color ]; then
        words='auto always never'
    elif [ "$before" = --trace ]; then
        words='calls wasi route link'
    elif [ "$before" = --format ]; then
        words='text json dot'
    elif [ "$before" = --gc ]; then
        words='precise conservative stress'
    elif [ "$before" = --tier ]; then
        words='tail loop'
    elif [ "$before" = --placement ]; then
        words='auto slot reserved moving'
    elif [ "$before" = --memory ]; then
        words='multi single'
    elif [ "$before" = --dwarf ]; then
        words='remap strip'
    elif [ "$before" = --way ]; then
        words='isolated linked merged-multi merged-single composed'
    elif [ "$before" = --target ]; then
        words=$(tenon "$verb" --target help 2>/dev/null |
            sed -n 's/^\([a-z][a-z0-9.-]*\) .*/\1/p')
    elif [ "$before" = -W ]; then
        words=$(tenon run -W help 2>/dev/null |
            sed -n 's/^  \([a-z0-9-]*\).*/\1=/p')
        compopt -o nospace 2>/dev/null
    elif [ "${word#-}" != "$word" ]; then
        words=$(tenon help "$verb" 2>/dev/null | grep '^  -' |
            grep -oE -- '(^| )--?[a-zA-Z0-9-]+' | tr -d ' ')
    fi
    if [ -n "$words" ]; then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    elif [ "$before" = --dir ] || [ "$before" = --extract ] ||
        [ "$before" = --dyld-path ]; then
        COMPREPLY=($(compgen -d -- "$word"))
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}
complete -o filenames -F _tenon tenon
