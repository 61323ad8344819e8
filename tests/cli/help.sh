# Each verb explains itself, in at most a page of 80 columns and 50 lines.
tenon --version | sed 's/[0-9]*\.[0-9]*\.[0-9]*/N.N.N/'
tenon help | sed 1d
for verb in run pack merge inspect ldd advise print validate; do
    tenon help $verb >long
    tenon $verb --help | cmp - long
    grep -q "^usage: tenon $verb " long || echo "$verb: no usage"
    grep -q "^examples:" long || echo "$verb: no examples"
    [ "$(wc -l <long)" -le 50 ] || echo "$verb: too long"
    awk -v v=$verb 'length($0) > 80 { print v ": too wide: " $0 }' long
done
