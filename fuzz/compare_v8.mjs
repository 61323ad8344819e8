// compare_v8.mjs - does what feed_v8's journals say, in V8, and stops at the
// first thing that comes out differently.
//
//   feed_v8 SEED COUNT | node compare_v8.mjs
//   feed_v8 --pairs SEED COUNT | node compare_v8.mjs
//
// Of pairs it is done twice: in two instances, the second of which imports the
// first one as "a", and in one of both modules merged.
//
// A journal is a script: calls with their arguments, and what was seen. So
// nothing has to be known of types here; a line says how to read a value.
import { openSync, readSync } from "node:fs";

const numbers = new DataView(new ArrayBuffer(8));
const thing = {};
const input = openSync("/dev/stdin", "r");
let ahead = Buffer.alloc(0);

function fill(wanted) {
  while (ahead.length < wanted) {
    const chunk = Buffer.allocUnsafe(1 << 20);
    const size = readSync(input, chunk, 0, chunk.length, null);
    if (size === 0) return false;
    ahead = Buffer.concat([ahead, chunk.subarray(0, size)]);
  }
  return true;
}

function takeLine() {
  let end;
  while ((end = ahead.indexOf(10)) < 0)
    if (!fill(ahead.length + 1)) return null;
  const line = ahead.subarray(0, end).toString();
  ahead = ahead.subarray(end + 1);
  return line;
}

function take(size) {
  if (!fill(size)) throw new Error("the feed ended early");
  const bytes = ahead.subarray(0, size);
  ahead = ahead.subarray(size);
  return bytes;
}

class Difference extends Error {}

// "3:4010..." as a value, and a value in the words of its kind.
function parse(word) {
  const [kind, bits] = word.split(":");
  if (bits === "nan") return NaN;
  const value = BigInt("0x" + bits);
  switch (kind) {
    case "0": return Number(BigInt.asIntN(32, value));
    case "1": return BigInt.asIntN(64, value);
    case "2": numbers.setUint32(0, Number(value)); return numbers.getFloat32(0);
    case "3": numbers.setBigUint64(0, value); return numbers.getFloat64(0);
    default: return value === 0n ? null : thing;
  }
}

function print(kind, value) {
  switch (kind) {
    case "0": return "0:" + (value >>> 0).toString(16);
    case "1": return "1:" + BigInt.asUintN(64, value).toString(16);
    case "2":
      if (Number.isNaN(value)) return "2:nan";
      numbers.setFloat32(0, value);
      return "2:" + numbers.getUint32(0).toString(16);
    case "3":
      if (Number.isNaN(value)) return "3:nan";
      numbers.setFloat64(0, value);
      return "3:" + numbers.getBigUint64(0).toString(16);
    default: return kind + ":" + (value === null ? "0" : "1");
  }
}

// `expected` is what tenon said. array.init_elem with both spans out of bounds
// is told of the array, as in the specification, but V8 sees the segment first.
function trapWord(error, expected) {
  if (error instanceof WebAssembly.Exception) return "uncaught exception";
  const text = String(error.message);
  if (text.includes("element segment") && expected === "! object")
    return "object";
  const words = [
    ["unreachable", "unreachable"],
    ["divide by zero", "divide"], ["remainder by zero", "divide"],
    ["divide result unrepresentable", "overflow"],
    ["float unrepresentable", "overflow"],
    ["function signature mismatch", "signature"],
    ["null function", "signature"],
    ["array element access", "object"], ["array index", "object"],
    ["memory access", "memory"], ["data segment", "memory"],
    ["table index", "table"], ["table access", "table"],
    ["element segment", "table"],
    ["unaligned", "memory"], ["illegal cast", "cast"],
    ["null", "object"],
  ];
  for (const [part, word] of words) if (text.includes(part)) return word;
  return text;
}

// Instances of `modules`: `lines` is what they do.
class Replay {
  constructor(modules, lines) {
    this.lines = lines;
    this.at = 0;
    this.failed = null;
    this.exports = {};
    const imports = { env: { mix: (a, b) => this.mix(a, b) } };
    try {
      for (const bytes of modules) {
        const module = new WebAssembly.Module(bytes);
        imports.a = new WebAssembly.Instance(module, imports).exports;
        this.made = { ...this.made, ...imports.a };
      }
      this.exports = this.made;
    } catch (error) {
      if (!this.isRefused() || error instanceof WebAssembly.CompileError ||
          error instanceof WebAssembly.LinkError)
        throw new Difference(String(error));
      this.at = lines.length;
    }
  }

  // Then nothing is told of how far it came.
  isRefused() {
    return this.lines[0] === "refused";
  }

  // Nor of what comes behind the end of a journal that is full.
  isOver() {
    return this.lines[this.at] === "...";
  }

  // A difference found inside of a call must survive the module's own
  // handlers, so it is kept as well as thrown.
  want(line) {
    if (this.isOver()) return;
    if (this.failed === null && this.lines[this.at] !== line)
      this.failed = new Difference(
        `line ${this.at + 1}: tenon: ${this.lines[this.at]}\n` +
        `line ${this.at + 1}: V8:    ${line}`);
    if (this.failed !== null) throw this.failed;
    this.at++;
  }

  mix(a, b) {
    if (!this.isRefused()) this.want(`mix ${(a >>> 0).toString(16)} ` +
              BigInt.asUintN(64, b).toString(16));
    const next = this.lines[this.at] ?? "";
    if (next.startsWith("nest ")) {
      this.at++;
      this.exports[next.slice(5)]();
    }
    return BigInt.asIntN(64, b * 0x9e3779b97f4a7c15n + BigInt(a >>> 0));
  }

  call(words) {
    const args = words.slice(2).map(parse);
    let results;
    for (const name of ["fuel", "afuel", "bfuel"])
      if (name in this.exports) this.exports[name].value = 60;
    try {
      results = this.exports[words[1]](...args);
    } catch (error) {
      if (this.failed !== null) throw this.failed;
      this.want("! " + trapWord(error, this.lines[this.at]));
      return;
    }
    if (this.failed !== null) throw this.failed;
    const expected = (this.lines[this.at] ?? "").split(" ");
    if (results === undefined) results = [];
    if (!Array.isArray(results)) results = [results];
    if (expected[0] !== "=") this.want("= " + results.map(String).join(" "));
    this.want(["=", ...results.map(
      (value, i) => print((expected[i + 1] ?? "?").split(":")[0], value),
    )].join(" "));
  }

  memory(words) {
    const buffer = this.exports[words[1]].buffer;
    let hash = 2166136261;
    for (const word of new Uint32Array(buffer)) {
      hash = Math.imul(hash ^ word, 16777619);
      hash ^= hash >>> 15;
    }
    this.want(`memory ${words[1]} ${buffer.byteLength} ` +
              (hash >>> 0).toString(16));
  }

  table(words) {
    const table = this.exports[words[1]], size = Number(table.length);
    let text = "";
    for (let i = 0; i < size; i++) {
      const at = typeof table.length === "bigint" ? BigInt(i) : i;
      text += table.get(at) === null ? "0" : "1";
    }
    this.want(`table ${words[1]} ${size} ${text}`);
  }

  run() {
    while (this.at < this.lines.length && !this.isOver()) {
      const words = this.lines[this.at].split(" ");
      if (words[0] === "call") {
        this.at++;
        this.call(words);
      } else if (words[0] === "memory") {
        this.memory(words);
      } else if (words[0] === "table") {
        this.table(words);
      } else if (words[0] === "global") {
        const value = this.exports[words[1]].value;
        this.want(`global ${words[1]} ` +
                  print(words[2].split(":")[0], value));
      } else {
        throw new Difference(`line ${this.at + 1}: tenon: ` +
                             `${this.lines[this.at]}, V8 did not come here`);
      }
    }
  }
}

// "SEED JOURNAL_BYTES MODULE_BYTES..."; of pairs the third is both in one.
let count = 0, line;
while ((line = takeLine()) !== null) {
  const [seed, journal, ...sizes] = line.split(" ");
  const lines = take(Number(journal)).toString().split("\n");
  lines.pop();
  const modules = sizes.map((size) => Buffer.from(take(Number(size))));
  const ways = sizes.length === 1 ? [["", modules]]
    : [["separate, ", modules.slice(0, 2)], ["merged, ", modules.slice(2)]];
  for (const [way, set] of ways) {
    try {
      new Replay(set, lines).run();
    } catch (error) {
      if (!(error instanceof Difference)) throw error;
      console.error(`seed ${seed}: ${way}${error.message}`);
      process.exit(1);
    }
  }
  count++;
}
console.log(`${count} modules, no difference`);
