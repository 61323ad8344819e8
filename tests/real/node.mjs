// node.mjs - runs a WASI program in node, as `tenon run --dir . MODULE ARGS...`
// does: the directory is open to it, and its status is ours.
//
//   node --no-warnings node.mjs MODULE [ARG...]
import { readFileSync } from "node:fs";
import { WASI } from "node:wasi";

const args = process.argv.slice(2);
const wasi = new WASI({ version: "preview1", args, preopens: { ".": "." }, returnOnExit: true });
const module = new WebAssembly.Module(readFileSync(args[0]));
const instance = new WebAssembly.Instance(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
