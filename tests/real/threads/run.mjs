// run.mjs - runs a threaded program in node: each of its threads is a worker,
// with an instance of its own over the one memory. The thread that all begins
// with only makes workers, so that no other need wait for it.
//
//   node run.mjs MODULE
import { readFileSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";

function host(memory, lastThread) {
  const bytes = new Uint8Array(memory.buffer);
  const words = new DataView(memory.buffer);
  return {
    env: { memory },
    wasi: {
      "thread-spawn": (arg) => {
        const id = Atomics.add(lastThread, 0, 1) + 1;
        parentPort.postMessage({ id, arg });
        return id;
      },
    },
    wasi_snapshot_preview1: {
      fd_write: (fd, vectors, count, written) => {
        let sum = 0;
        for (let i = 0; i < count; i++) {
          const at = words.getUint32(vectors + 8 * i, true);
          const size = words.getUint32(vectors + 8 * i + 4, true);
          sum += writeSync(fd, bytes.slice(at, at + size));
        }
        words.setUint32(written, sum, true);
        return 0;
      },
      proc_exit: (status) => {
        parentPort.postMessage({ status });
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      },
    },
  };
}

if (isMainThread) {
  const module = new WebAssembly.Module(readFileSync(process.argv[2]));
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true });
  const lastThread = new Int32Array(new SharedArrayBuffer(4));
  const begin = (start) => {
    const worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: { module, memory, lastThread, start },
    });
    worker.on("message", ({ status, ...thread }) => {
      if (status === undefined) begin(thread);
      else process.exit(status);
    });
  };
  begin(null);
} else {
  const { module, memory, lastThread, start } = workerData;
  const { exports } = new WebAssembly.Instance(module, host(memory, lastThread));
  try {
    if (start) exports.wasi_thread_start(start.id, start.arg);
    else exports._start();
    if (!start) parentPort.postMessage({ status: 0 });
  } catch (error) {
    console.error(error.message);
    parentPort.postMessage({ status: 134 }); // as tenon has it
  }
}
