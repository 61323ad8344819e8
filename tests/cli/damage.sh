# needs codecs
# A wrong hash or a broken module: nothing runs, or the older package does.
tenon pack -o old.pmod $modules/app.wasm $modules/base_old.wasm >/dev/null 2>&1
tenon pack -o new.pmod $modules/app.wasm $modules/base.wasm >/dev/null 2>&1
try tenon run --invoke answer new.pmod
cp new.pmod bad.pmod && cp new.pmod.sha256 bad.pmod.sha256
printf X | dd of=bad.pmod bs=1 seek=60 conv=notrunc 2>/dev/null
kinds tenon run --invoke answer bad.pmod
kinds tenon run --invoke answer --fallback old.pmod bad.pmod
kinds tenon run --invoke answer --fallback old.pmod missing.pmod
kinds tenon run --sha256 $(printf %064d 0) --invoke answer new.pmod
try tenon run --sha256 $(cut -c1-64 new.pmod.sha256 | tr a-f A-F) --invoke answer new.pmod
head -c -1 new.pmod >short.pmod
kinds tenon run --invoke answer short.pmod
