// polyfill.mjs - the memories of a module that imports `tenon.mem` and was not
// merged: slow, but it runs wherever there is JavaScript.
//
//   const mem = memories(module);
//   const { exports } = new WebAssembly.Instance(module, { ...mem.imports, ... });
//   mem.start(exports.memory);

// Of the custom section `tenon.memories`: name and limits by index.
function declared(module) {
    const memories = [];
    const text = new TextDecoder();
    for (const section of WebAssembly.Module.customSections(module, 'tenon.memories')) {
        const view = new DataView(section);
        for (let at = 0; at < view.byteLength;) {
            if (view.getUint8(at) !== 1) throw new WebAssembly.CompileError('tenon.memories: unknown version');
            const end = new Uint8Array(section).indexOf(0, at + 20);
            const max = view.getBigUint64(at + 12, true);
            memories[view.getUint16(at + 2, true)] = {
                name: text.decode(new Uint8Array(section, at + 20, end - at - 20)),
                is64: (view.getUint8(at + 1) & 4) !== 0,
                min: Number(view.getBigUint64(at + 4, true)),
                max: max === 2n ** 64n - 1n ? 65536 : Math.min(Number(max), 65536),
            };
            at = end + 1;
        }
    }
    return memories;
}

const outside = () => { throw new WebAssembly.RuntimeError('memory access out of bounds'); };

// What a memory does: each operation of `tenon.mem` on it.
function operations(memory, is64) {
    const address = (at) => (is64 ? Number(BigInt.asUintN(64, at)) : at >>> 0);
    const answer = (number) => (is64 ? BigInt(number) : number);
    const bytes = (at, size) => {
        at = address(at), size = address(size);
        if (at + size > memory.buffer.byteLength) outside();
        return new Uint8Array(memory.buffer, at, size);
    };
    // Past its end, a view throws another error than WebAssembly does.
    const access = (method, width) => (at, ...value) => {
        at = address(at);
        if (at + width > memory.buffer.byteLength) outside();
        return new DataView(memory.buffer)[method](at, ...value, true);
    };
    return {
        bytes,
        load8_s: access('getInt8', 1), load8_u: access('getUint8', 1),
        load16_s: access('getInt16', 2), load16_u: access('getUint16', 2),
        load32: access('getInt32', 4), load64: access('getBigInt64', 8),
        load_f32: access('getFloat32', 4), load_f64: access('getFloat64', 8),
        store8: access('setInt8', 1), store16: access('setInt16', 2),
        store32: access('setInt32', 4), store64: access('setBigInt64', 8),
        store_f32: access('setFloat32', 4), store_f64: access('setFloat64', 8),
        size: () => answer(memory.buffer.byteLength / 65536),
        grow(pages) {
            try { return answer(memory.grow(address(pages))); } catch { return answer(-1); }
        },
        fill: (at, value, size) => { bytes(at, size).fill(value); },
    };
}

export function memories(module) {
    const known = declared(module);
    const made = known.map(({ min, max, is64 }) =>
        operations(new WebAssembly.Memory({ initial: min, maximum: max }), is64));
    const find = (operand) => (/^\d+$/.test(operand) ? Number(operand)
        : known.findIndex((memory) => memory?.name === operand));
    const imports = {};
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
        if (from !== 'tenon.mem') continue;
        const [operation, to, source] = name.split('.');
        imports[name] = operation === 'copy'
            ? (at, fromAt, size) => {
                const bytes = made[find(source)].bytes(fromAt, size);
                made[find(to)].bytes(at, size).set(bytes);
            }
            : (...args) => made[find(to)][operation](...args);
    }
    return {
        imports: { 'tenon.mem': imports },
        start(memory0) {
            made[0] = operations(memory0, known.some((memory) => memory?.is64));
        },
    };
}
