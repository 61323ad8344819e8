// bindings.mjs FOLDER MAIN LIBRARY... - what `bind plan` must print, told from
// imports and exports alone: MAIN's definitions are first, then the libraries'.
import fs from 'node:fs';
import path from 'node:path';

const [folder, main, ...libraries] = process.argv.slice(2);
const read = (file) => {
    const module = new WebAssembly.Module(fs.readFileSync(file));
    return {
        name: path.basename(file),
        imports: WebAssembly.Module.imports(module),
        exports: new Set(WebAssembly.Module.exports(module).map((item) => `${item.name}\0${item.kind}`)),
    };
};
const modules = [read(main), ...libraries.map((name) => read(path.join(folder, name)))];
const of_the_space = new Set(['memory', '__indirect_function_table', '__stack_pointer', '__memory_base', '__table_base',
    '__heap_base', '__heap_end', '__stack_low', '__stack_high']);
// What the linker gives guests that have no libdl, in a space without WASI.
const interposed = new Set(['dlopen', 'dlsym', 'dlclose', 'dlerror', 'dladdr', '__cxa_atexit']);

for (const module of modules.slice(1)) {
    const all = [0, 0, 0], own = [0, 0, 0], nobody = [0, 0, 0], names = [];
    for (const item of module.imports) {
        const kind = item.module === 'GOT.func' ? 1 : item.module === 'GOT.mem' ? 2 : 0;
        if (of_the_space.has(item.name) || item.module === 'env' && item.kind !== 'function')
            continue;
        all[kind]++;
        const wanted = `${item.name}\0${kind === 2 ? 'global' : 'function'}`;
        const definer = modules.find((other) => other.exports.has(wanted));
        if (kind === 0 && interposed.has(item.name))
            continue;
        if (definer === module)
            own[kind]++;
        if (definer === undefined) {
            nobody[kind]++;
            names.push(' ' + item.name);
        }
    }
    console.log(`${module.name}: ${all[0]} calls, ${all[1]} pointers, ${all[2]} data; itself ${own.join(', ')}; ` +
        `nobody ${nobody.join(', ')}:${names.join('')}`);
}
