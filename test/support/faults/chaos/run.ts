import { createHash, randomFillSync } from 'node:crypto';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Download } from './download.ts';
import { inflict, type Inflicted } from './inflict.ts';
import { Printing } from './printing.ts';
import { Scene } from './scene.ts';
import { describeFault, writeScript } from './script.ts';

export type ChaosOptions = Readonly<{
  seed: number;
  /** Of the file, bytes. */
  size: number;
  lines: number;
  /** Machines with addresses of their own and all kinds of paths; else loopback and the relay alone. */
  paths: boolean;
  /** Told as it happens. */
  say?(line: string): void;
}>;

export type ChaosReport = Readonly<{
  seed: number;
  /** Milliseconds, from the first byte to the last. */
  took: number;
  inflicted: readonly Inflicted[];
  /** Of the file at the office, and as it came. */
  digests: readonly [string, string];
  lines: number;
  lineFaults: readonly string[];
  shells: readonly string[];
  /** Why sessions of the transfer and of the terminal ended before their work was done. */
  interruptions: Readonly<{ transfer: readonly string[]; terminal: readonly string[] }>;
}>;

/** Fast enough to end, slow enough to be in the middle of it whenever something happens. Bits per second. */
const RATE = 80_000_000;

/** A transfer and a terminal at once, while the script of this seed breaks what it can. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { seed, size, lines, paths, say = () => undefined } = options;
  const scene = await Scene.create({ seed, network: paths, rate: RATE });
  try {
    const file = join(scene.directory, 'file');
    const digest = makeFile(file, size);
    if (paths) scene.network?.blackHole('laptop', 'office');
    const connect = (): ReturnType<Scene['connect']> => scene.connect();
    const download = new Download({ connect, file, size });
    const printing = new Printing({
      connect,
      lines,
      mayPrint: (line) => download.reached(Math.floor((size * (line - 1)) / lines)),
    });
    const begun = performance.now();
    const work = Promise.all([download.run(), printing.run()]);
    work.catch(() => undefined);
    const script = writeScript(seed, paths);
    const inflicted: Inflicted[] = [];
    const part = Math.floor(size / (script.length + 2));
    for (const [index, fault] of script.entries()) {
      await Promise.race([download.reached(part * (index + 1)), work]);
      download.slowFrom(part * (index + 2));
      const done = await Promise.race([inflict(scene, download, fault), failed(work)]);
      inflicted.push(done);
      say(tell(done));
    }
    download.slowFrom(Infinity);
    const [arrived] = await work;
    const took = performance.now() - begun;
    return {
      seed,
      took,
      inflicted,
      digests: [digest, arrived],
      lines: printing.printed,
      lineFaults: printing.faults,
      shells: [...printing.shells],
      interruptions: { transfer: download.interruptions, terminal: printing.interruptions },
    };
  } finally {
    await scene.close();
  }
}

export function tell({ fault, before, after, bridged, recovered }: Inflicted): string {
  const path = before === after ? before : `${before} → ${after}`;
  const since = recovered === undefined ? '' : `, ${seconds(recovered)} after it was whole`;
  return `${describeFault(fault)} [${path}]: bytes again after ${seconds(bridged)}${since}`;
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Never resolves: what the work fails with, as soon as it fails. */
function failed(work: Promise<unknown>): Promise<never> {
  return new Promise((_resolve, reject) => void work.catch(reject));
}

/** Bytes that nothing can guess or squeeze; their SHA-256. */
function makeFile(path: string, size: number): string {
  const hash = createHash('sha256');
  const descriptor = openSync(path, 'w');
  for (let written = 0; written < size; written += 1024 * 1024) {
    const block = randomFillSync(Buffer.alloc(Math.min(1024 * 1024, size - written)));
    hash.update(block);
    writeSync(descriptor, block);
  }
  closeSync(descriptor);
  return hash.digest('hex');
}
