// run.mjs - runs a program of MoonBit's in node: all it asks for is to print,
// one UTF-16 code unit after the other.
//
//   node run.mjs MODULE             prints it
//   node run.mjs --hash MODULE      prints a hash of the code units
import { readFileSync, writeFileSync } from "node:fs";

const path = process.argv.at(-1);
const units = [];
const print_char = (unit) => units.push(unit);
const module = new WebAssembly.Module(readFileSync(path));
const instance = new WebAssembly.Instance(module, { spectest: { print_char } });
try {
  instance.exports._start();
} finally {
  let hash = 0x811c9dc5;
  for (const unit of units) hash = Math.imul(hash ^ unit, 16777619);
  const text = Buffer.from(new Uint16Array(units).buffer).toString("utf16le");
  writeFileSync(1, process.argv[2] === "--hash" ? `${hash}` : text);
}
