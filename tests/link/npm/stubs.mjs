// stubs.mjs OUT exports MODULE, or stubs.mjs OUT data MODULE...
//
// Writes a position-independent main module in which every name has its kind
// and type, but does nothing: its functions trap, its data is zero.
//
//   exports   all that MODULE exports: it stands for that module
//   data      the data that the MODULEs import and none of them defines
import fs from 'node:fs';

// ------------------------------------------------------------------- reading

// Types (their bytes), imports and exports of a module. A function is told by
// its type, all else by its kind alone.
function read(file) {
    const bytes = fs.readFileSync(file);
    const types = [], imports = [], exports = [], functions = [];
    let at = 8;
    const leb = () => {
        let value = 0, scale = 1, byte;
        do {
            byte = bytes[at++];
            value += (byte & 127) * scale;
            scale *= 128;
        } while (byte & 128);
        return value;
    };
    const text = () => {
        const size = leb();
        return bytes.toString('utf8', at, at += size);
    };
    const limits = () => {
        const has_max = leb() & 1;
        leb();
        if (has_max)
            leb();
    };
    const each = (entry) => {
        for (let count = leb(); count > 0; count--)
            entry();
    };
    const sections = {
        1: () => each(() => {
            const start = at++;
            for (let list = 0; list < 2; list++) {
                const count = leb();
                at += count;
            }
            types.push(bytes.subarray(start, at).toString('latin1'));
        }),
        2: () => each(() => {
            const item = { module: text(), name: text(), kind: bytes[at++] };
            if (item.kind === 0)
                functions.push(item.type = types[leb()]);
            else if (item.kind === 1)
                at++, limits();
            else if (item.kind === 2)
                limits();
            else
                at += 2;
            imports.push(item);
        }),
        3: () => each(() => functions.push(types[leb()])),
        7: () => each(() => {
            const item = { name: text(), kind: bytes[at++] };
            const index = leb();
            if (item.kind === 0)
                item.type = functions[index];
            exports.push(item);
        }),
    };
    while (at < bytes.length) {
        const id = bytes[at++], size = leb(), end = at + size;
        sections[id]?.();
        at = end;
    }
    return { imports, exports };
}

// ------------------------------------------------------------------- writing

const leb = (value) => value < 128 ? [value] : [value & 127 | 128, ...leb(Math.floor(value / 128))];
const signed = (value) => value < 64 ? [value] : [value & 127 | 128, ...signed(Math.floor(value / 128))];
const name = (text) => [...leb(Buffer.byteLength(text)), ...Buffer.from(text)];
const list = (items) => [...leb(items.length), ...items.flat()];
const section = (id, body) => [id, ...leb(body.length), ...body];

const FUNCTION = 0, GLOBAL = 3, I32 = 0x7f;
const no_result = '\x60\0\0';

// One function for each type. Data lie 16 bytes apart.
function stub(items) {
    const types = [...new Set([no_result, ...items.filter((i) => i.kind === FUNCTION).map((i) => i.type)])];
    const data = items.filter((item) => item.kind === GLOBAL);
    const exported = items.map((item) => [...name(item.name), item.kind,
        ...leb(item.kind === FUNCTION ? types.indexOf(item.type) : 1 + data.indexOf(item))]);
    return Buffer.from([
        0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
        ...section(0, [...name('dylink.0'), 1, ...(() => {
            const info = [...leb(16 * data.length), 4, 0, 0];
            return [info.length, ...info];
        })()]),
        ...section(1, list(types.map((type) => [...Buffer.from(type, 'latin1')]))),
        ...section(2, list([
            [...name('env'), ...name('memory'), 2, 0, 1],
            [...name('env'), ...name('__memory_base'), GLOBAL, I32, 0],
        ])),
        ...section(3, list(types.map((type, i) => leb(i)))),
        ...section(6, list(data.map((item, i) => [I32, 0, 0x41, ...signed(16 * i), 0x0b]))),
        ...section(7, list(exported)),
        ...section(10, list(types.map(() => [3, 0, 0, 0x0b]))),
    ]);
}

const own = /^(memory|_start|_initialize|__wasm_call_ctors|__wasm_apply_.*|__indirect_function_table|__stack_pointer|__.*_base)$/;
const [out, what, ...files] = process.argv.slice(2);
const modules = files.map(read);
let items;
if (what === 'exports') {
    items = modules[0].exports.filter((item) => (item.kind === FUNCTION || item.kind === GLOBAL) && !own.test(item.name));
} else {
    const defined = new Set(modules.flatMap((module) => module.exports.map((item) => item.name)));
    const wanted = modules.flatMap((module) => module.imports.filter((item) => item.module === 'GOT.mem' && !defined.has(item.name)));
    items = [...new Set(wanted.map((item) => item.name))].map((wanted_name) => ({ name: wanted_name, kind: GLOBAL }));
}
fs.writeFileSync(out, stub(items));
