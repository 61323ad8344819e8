// trio.mjs - a program, the library that it drives and their bridge as
// instances of their own: two programs for the host, with one set of files.
//
//   node --no-warnings trio.mjs MAIN LIB
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const compile = (path) => new WebAssembly.Module(readFileSync(path));
const newWasi = () =>
  new WASI({
    version: "preview1",
    args: ["trio"],
    env: { A: "1" },
    preopens: { ".": "." },
    returnOnExit: true,
  });
const [main, lib] = process.argv.slice(2).map(compile);

const same = (value) => value;
const javascript = {
  "resource_new_rb-abi-value": same,
  "resource_get_rb-abi-value": same,
};
const libWasi = newWasi();
const libImports = libWasi.getImportObject();
for (const { module, name } of WebAssembly.Module.imports(lib))
  if (module !== "wasi_snapshot_preview1")
    (libImports[module] ??= {})[name] = javascript[name] ?? (() => { throw Error(name); });
const libInstance = new WebAssembly.Instance(lib, libImports);
libWasi.initialize(libInstance);

let mainInstance;
const bytes = (instance, at, size) => new Uint8Array(instance.exports.memory.buffer, at >>> 0, size >>> 0);
const bridge = {
  put: (to, from, size) => bytes(libInstance, to, size).set(bytes(mainInstance, from, size)),
  get: (to, from, size) => bytes(mainInstance, to, size).set(bytes(libInstance, from, size)),
};
const mainWasi = newWasi();
mainInstance = new WebAssembly.Instance(main, {
  ...mainWasi.getImportObject(),
  lib: libInstance.exports,
  bridge,
});
process.exitCode = mainWasi.start(mainInstance);
