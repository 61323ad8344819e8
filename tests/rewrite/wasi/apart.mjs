// apart.mjs - a WASI program in node: as it is, or before its shim and the
// host's memory as instances of their own.
//
//   node --no-warnings apart.mjs PROGRAM SHIM HOST [ARG...]   (SHIM "": as it is)
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const [program, shim, host, ...rest] = process.argv.slice(2);
const wasi = new WASI({
  version: "preview1",
  args: [program, ...rest],
  env: { A: "1", BB: "two" },
  preopens: { ".": "." },
  returnOnExit: true,
});
const instance = (path, imports) =>
  new WebAssembly.Instance(new WebAssembly.Module(readFileSync(path)), imports);
const real = wasi.getImportObject();

if (shim === "") {
  process.exitCode = wasi.start(instance(program, real));
} else {
  // The program comes before its shim, whose memory it has.
  let shims;
  const calls = {};
  for (const name of Object.keys(real.wasi_snapshot_preview1))
    calls[name] = (...args) => shims.exports[name](...args);
  const guest = instance(program, { wasi_snapshot_preview1: calls });
  const memory = instance(host, {});
  shims = instance(shim, { program: guest.exports, "tenon.wasi": memory.exports, ...real });
  // What the host sees: the program's start, and the memory that is its own.
  process.exitCode = wasi.start({
    exports: { memory: memory.exports.memory, _start: guest.exports._start },
  });
}
