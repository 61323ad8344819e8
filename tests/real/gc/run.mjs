// run.mjs - runs a program of MoonBit's in node: all it asks for is to print,
// one UTF-16 code unit after the other.
import { readFileSync, writeFileSync } from "node:fs";

let units = [];
const print_char = (unit) => units.push(unit);
const module = new WebAssembly.Module(readFileSync(process.argv[2]));
const instance = new WebAssembly.Instance(module, { spectest: { print_char } });
try {
  instance.exports._start();
} finally {
  writeFileSync(1, Buffer.from(new Uint16Array(units).buffer).toString("utf16le"));
}
