// memories.mjs - calls each function of memories.wasm in turn, ROUNDS times;
// prints its name and the least nanoseconds that an access took.
//
//   node memories.mjs MODULE ROUNDS
import { readFileSync } from "node:fs";

const [module, rounds] = process.argv.slice(2);
const guest = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(module))).exports;
const names = Object.keys(guest).filter((name) => /[012]$/.test(name));
const passes = 2000, accesses = passes * 8192;
const best = Object.fromEntries(names.map((name) => [name, Infinity]));

for (let round = 0; round < rounds; round++)
  for (const name of names) {
    const began = performance.now();
    guest[name](passes);
    best[name] = Math.min(best[name], ((performance.now() - began) * 1e6) / accesses);
  }
for (const name of names) console.log(name, best[name].toFixed(4));
