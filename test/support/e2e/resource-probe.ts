/**
 * Loaded into a process before its own code (`node --import`): tells on SIGUSR2 what the process holds that no other process can see.
 * Writes `<pid>.json` into the directory that E2E_PROBE names.
 */
import { createHook } from 'node:async_hooks';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of the moment, not kept. */
const PASSING = new Set(['PROMISE', 'TickObject', 'Immediate']);

const alive = new Map<number, string>();
createHook({
  init(id, type) {
    if (!PASSING.has(type)) alive.set(id, type);
  },
  destroy(id) {
    alive.delete(id);
  },
}).enable();
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

process.on('SIGUSR2', () => {
  collectGarbage();
  // What was collected tells the hook a little later.
  setTimeout(() => {
    collectGarbage();
    const resources: Record<string, number> = {};
    for (const type of alive.values()) resources[type] = (resources[type] ?? 0) + 1;
    const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
    const file = join(process.env['E2E_PROBE'] ?? '.', `${process.pid}.json`);
    writeFileSync(`${file}.part`, JSON.stringify({ resources, listeners, heap: process.memoryUsage().heapUsed }));
    renameSync(`${file}.part`, file);
  }, 100);
});
