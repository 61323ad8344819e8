// host.mjs - what host.c does, in another engine; also for a module that imports
// its memories' instructions, which are then functions of JavaScript.
import { readFileSync } from 'node:fs';
import { memories } from '../../examples/arenas/polyfill.mjs';

const [, , path, script, seed, steps] = process.argv;
const module = new WebAssembly.Module(readFileSync(path));
let guest, detail;
const newInstance = () => {
    const mem = memories(module);
    guest = new WebAssembly.Instance(module, mem.imports).exports;
    mem.start(guest.memory);
};

// 'traps', or the number; other failures are the test's.
function call(name, ...args) {
    try {
        return guest[name](...args) ?? 0;
    } catch (why) {
        if (why instanceof WebAssembly.RuntimeError && /out of bounds/.test(why.message)) return 'traps';
        throw why;
    }
}

function runLine(line, kept) {
    const [name, ...words] = line.split(' ');
    if (name === 'new') return newInstance(), true;
    let count = words.findIndex((word) => !/^-?\d+$/.test(word));
    if (count < 0) count = words.length;
    detail = call(name, ...words.slice(0, count).map(Number));
    const [how, want] = words.slice(count);
    if (how === 'traps') return detail === 'traps';
    if (how === 'keep') kept[name] = detail;
    if (how !== '=') return detail !== 'traps';
    return detail === (want === 'same' ? kept[name] : Number(want));
}

function runScript() {
    let passed = 0, failed = 0;
    const kept = {};
    for (const line of readFileSync(script, 'utf8').split('\n')) {
        if (line === '' || line.startsWith('#')) continue;
        if (runLine(line, kept)) passed++;
        else failed++, console.log(`not so: ${line}: ${detail}`);
    }
    console.log(`${passed} calls as they should be, ${failed} not`);
    return failed !== 0 || passed === 0;
}

function runRandom() {
    newInstance();
    guest.seed(Number(seed));
    let traps = 0;
    for (let i = 1; i <= steps; i++) {
        const mustTrap = guest.plan() !== 0;
        const trapped = call('perform') === 'traps';
        traps += trapped;
        if (trapped !== mustTrap || guest.follow() !== 1 ||
            ((i % 64 === 0 || i == steps) && guest.compare() !== 0)) {
            console.log(`not as the model, step ${i} of seed ${seed}`);
            return true;
        }
    }
    console.log(`${steps} steps, ${traps} traps, digest ${guest.digest()}`);
    return false;
}

process.exit((script === 'random' ? runRandom() : runScript()) ? 1 : 0);
