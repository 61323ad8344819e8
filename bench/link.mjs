// link.mjs - binds a module in node: milliseconds of the processor, with and
// without compiling.
//
//   node link.mjs MAIN LIBRARY [LINKER]
//
// Without a linker: MAIN's imports are the exports of LIBRARY and what is made
// for its GOT, found in maps by name, and V8 makes the instances. A LINKER is an
// ES module whose class Dyld has loadMain(file).
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

const [main, library, linker] = process.argv.slice(2);
const rounds = 5;

function time(task) {
  const start = process.cpuUsage();
  task();
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1e3;
}

function median(times) {
  return times.sort((a, b) => a - b)[times.length >> 1];
}

const i32 = (value, mutable = true) => new WebAssembly.Global({ value: "i32", mutable }, value);

class Space {
  memory = new WebAssembly.Memory({ initial: 64 });
  __indirect_function_table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
  __stack_pointer = i32(65536);
  __memory_base = 65536;
  __table_base = 1;
  defined = new Map();
  slots = new Map();

  slotOf(name) {
    let slot = this.slots.get(name);
    if (slot === undefined) {
      slot = this.__indirect_function_table.grow(1);
      this.__indirect_function_table.set(slot, this.defined.get(name));
      this.slots.set(name, slot);
    }
    return slot;
  }

  find({ module, name }) {
    if (module === "GOT.func") return i32(this.slotOf(name));
    if (module === "GOT.mem") return i32(this.defined.get(name).value + this.__memory_base);
    return this[name] ?? this.defined.get(name);
  }

  add(compiled) {
    const imports = {};
    for (const item of WebAssembly.Module.imports(compiled))
      (imports[item.module] ??= {})[item.name] = this.find(item);
    const { exports } = new WebAssembly.Instance(compiled, imports);
    for (const name in exports) this.defined.set(name, exports[name]);
  }
}

const compile = () => [library, main].map((file) => new WebAssembly.Module(readFileSync(file)));

function link(modules) {
  const space = new Space();
  for (const module of modules) space.add(module);
}

async function run() {
  if (linker === undefined) {
    let modules;
    const first = time(() => link((modules = compile())));
    const again = Array.from({ length: rounds }, () => time(() => link(modules)));
    return [first, median(again)];
  }
  const { Dyld } = await import(pathToFileURL(linker));
  const load = () => new Dyld({ paths: [dirname(main)] }).loadMain(main);
  const first = time(load);
  return [first, median(Array.from({ length: rounds }, () => time(load)))];
}

console.log((await run()).map((ms) => ms.toFixed(2)).join(" "));
