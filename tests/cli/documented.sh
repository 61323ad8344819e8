# Whatever help names is in the man page, and the other way round.
for verb in run pack merge inspect ldd advise print validate parse wast; do
    page=$source/docs/man/tenon-$verb.1
    tenon help $verb | grep '^  -' | grep -oE -- '(^|, | )--[a-z0-9-]+' |
        tr -d ' ,' | grep -vxE -- '--(help|color)' | sort -u >helped
    sed 's/\\-/-/g; s/\\f[A-Z]//g' $page | grep '^\.B' |
        grep -oE -- '--[a-z0-9-]+' | sort -u >manned
    diff helped manned >difference || { echo "$verb"; cat difference; }
done
tenon run -W help | sed -n 's/^  \([a-z0-9-]*\)=.*/\1/p' | while read -r key; do
    sed 's/\\-/-/g' $source/docs/man/tenon-run.1 | grep -q -- "$key" ||
        echo "-W $key is not in the man page"
done
