// moonc.mjs - compiles MoonBit to WebAssembly with garbage collection.
//
//   node moonc.mjs WORKER LIBRARY KEPT WANTED...
//
// WANTED is a program, NAME.mbt, or a package of the standard library, whose
// tests are made a program; each becomes NAME.wasm here.
//
// The compiler is moonc-worker.js (WORKER) of the npm package
// @moonbit/moonc-worker. The standard library's sources lie in moonpad-monaco.js
// (LIBRARY) of the npm package @moonbit/moonpad-monaco, each file as one string
// in base64, and so does a list of its packages; what was compiled of them is
// kept in the folder KEPT.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename } from "node:path";
import { runInThisContext } from "node:vm";

const [worker, library, kept, ...wanted] = process.argv.slice(2);
const core = "moonbitlang/core/";
const root = "/lib/core/"; // of its files

// ------------------------------------------------------------- the compiler

// It is made for a web worker, and is called by messages.
function startCompiler(path) {
  const answers = new Map();
  let receive;
  globalThis.require = createRequire(import.meta.url);
  globalThis.addEventListener = (_, listener) => (receive = listener);
  globalThis.postMessage = (answer) => answers.get(answer.id)(answer);
  runInThisContext(readFileSync(path, "utf8"));
  return (name, params) =>
    new Promise((resolve, reject) => {
      const id = `${answers.size}`;
      answers.set(id, ({ type, value }) =>
        type === "RAW" ? resolve(value) : reject(new Error(JSON.stringify(value).slice(0, 1000))),
      );
      const argumentList = [{ type: "RAW", value: params }];
      receive({ data: { id, type: "APPLY", path: [name], argumentList }, origin: "" });
    });
}
const call = startCompiler(worker);

async function compile(name, options) {
  const { core, mi, diagnostics } = await call("buildPackage", {
    pkg: name,
    target: "wasm-gc",
    pkgSources: [`${name}:/${name}`],
    miFiles: [],
    stdMiFiles: [],
    indirectImportMiFiles: [],
    isMain: false,
    errorFormat: "human",
    enableValueTracing: false,
    noOpt: false,
    ...options,
  });
  if (core !== undefined) return { core, mi };
  console.error(diagnostics.filter((text) => !text.includes("Warning")).join("\n"));
  process.exit(1);
}

// -------------------------------------------------------------- the library

const files = new Map();
{
  const text = readFileSync(library, "utf8");
  const literals = new Map();
  for (const [, name, base64] of text.matchAll(/(?<![\w$])([\w$]+) = \w+\("([A-Za-z0-9+/=]*)"\)/g))
    literals.set(name, base64);
  for (const [, path, name] of text.matchAll(/\["(\/lib\/core\/[^"]+)"\] = ([\w$]+)/g))
    files.set(path, literals.get(name));
}
const read = (path) => Buffer.from(files.get(path.replace("moonbit-core:", "")), "base64").toString();
const packages = new Map();
for (const each of JSON.parse(read(`${root}_build/packages.json`)).packages)
  packages.set(`${each.root}/${each.rel}`, each);

// A package's sources, but what is for other targets.
const sourcesOf = (list) =>
  Object.entries(list)
    .filter(([, of]) => of.backend.includes("WasmGC") && of.optlevel.includes("Release"))
    .map(([path]) => [path, read(path)]);

const built = new Map(); // in the order in which they are linked
const interfaces = (except) =>
  [...built]
    .filter(([name]) => !except.includes(name))
    .map(([name, { mi }]) => [`${name}:${name.slice(name.lastIndexOf("/") + 1)}`, mi]);

async function build(name) {
  if (built.has(name)) return;
  const { deps, files: sources } = packages.get(name);
  for (const { path } of deps) await build(path);
  const place = `${kept}/${name.replaceAll("/", "-")}`;
  if (!existsSync(`${place}.mi`)) {
    const { core, mi } = await compile(name, {
      mbtFiles: sourcesOf(sources),
      miFiles: deps.map(({ path, alias }) => [`${path}:${alias}`, built.get(path).mi]),
      indirectImportMiFiles: interfaces(deps.map(({ path }) => path)),
      pkgSources: [`moonbitlang/core:moonbit-core:${root}`],
    });
    writeFileSync(`${place}.core`, core);
    writeFileSync(`${place}.mi`, mi);
  }
  built.set(name, { core: readFileSync(`${place}.core`), mi: readFileSync(`${place}.mi`) });
}

// -------------------------------------------------------------- the program

async function makeProgram(name, sources, imported) {
  const whole = ([name, { mi }]) => [`${root}${name.slice(core.length)}:${name.slice(core.length)}`, mi];
  const { core: main } = await compile("program", {
    mbtFiles: sources,
    miFiles: imported,
    stdMiFiles: [...built].map(whole),
    isMain: true,
  });
  const { result } = await call("linkCore", {
    coreFiles: [...[...built.values()].map(({ core }) => core), main],
    main: "program",
    pkgSources: [`moonbitlang/core:moonbit-core:${root}`, "program:/program"],
    target: "wasm-gc",
    exportedFunctions: [],
    outputFormat: "wasm",
    testMode: false,
    debug: false,
    noOpt: false,
    sourceMap: false,
    sources: {},
    stopOnMain: false,
  });
  writeFileSync(`${name}.wasm`, result);
}

// Beside what every program is given it needs what it names as @package.
async function compileProgram(path) {
  const text = readFileSync(path, "utf8");
  await build(`${core}prelude`);
  for (const [, name] of text.matchAll(/@([a-z_/]+)\./g)) await build(core + name);
  await makeProgram(basename(path, ".mbt"), [["main.mbt", text]], []);
}

// `test "TITLE" {` becomes a function, and one main calls them all, but those
// that are to end in a trap.
async function compileTests(name) {
  const { deps, "test-deps": more, "test-files": files } = packages.get(core + name);
  const itself = { path: core + name, alias: basename(name) };
  const needed = new Map([...deps, ...more, itself].map(({ path, alias }) => [path, alias]));
  for (const path of [`${core}prelude`, ...needed.keys()]) await build(path);
  const calls = [];
  const sources = sourcesOf(files).map(([path, text]) => {
    const head = /^test(?: "((?:[^"\\]|\\.)*)")? *\{/gm;
    const body = text.replace(head, (_, title = "") => {
      calls.push(title.startsWith("panic") ? "" : `  run("${title}", test_${calls.length})`);
      return `fn test_${calls.length - 1}() -> Unit raise {`;
    });
    return [path, body];
  });
  const main = `
    fn run(title : String, test_ : () -> Unit raise) -> Unit {
      let result = try { test_(); "ok" } catch { error => "FAILED \\{error}" }
      println("\\{title}: \\{result}")
    }
    fn main {
      ${calls.join("\n")}
    }`;
  const imported = [...needed].map(([path, alias]) => [`${path}:${alias}`, built.get(path).mi]);
  await makeProgram(name.replaceAll("/", "-"), [...sources, ["main.mbt", main]], imported);
}

mkdirSync(kept, { recursive: true });
for (const each of wanted) await (each.endsWith(".mbt") ? compileProgram(each) : compileTests(each));
