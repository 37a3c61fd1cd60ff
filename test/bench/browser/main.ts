/**
 * `node test/bench/browser/main.ts`: terminals of a page that is a machine itself, beside those of a window in the same browser whose agent is another process, both at one
 * machine over one relay. `--quick` for a short look.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem, loadavg } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { WebSocketServer } from 'ws';
import type { AppTransport, PeerView } from '#shared/app-api/index.ts';
import { RELAY_PATHS } from '#shared/relay-api/index.ts';
import { ask, pageScript } from '#test/support/browser/page-scripts.ts';
import { RelayOfPages, withDirectPaths, withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { launchChromium } from '#test/support/chromium/launch.ts';
import { readFlags } from '#test/support/command-words.ts';
import { pairDevices, type TestDevice } from '#test/support/hostile/device.ts';
import { terminalOutput } from '../window/bytes.ts';

const quick = readFlags(['quick'], 'Usage: node test/bench/browser/main.ts [--quick]').has('quick');
const rounds = quick ? 2 : 5;
const size = (quick ? 8 : 32) * 2 ** 20;
const keys = quick ? 40 : 100;
const XTERM_STYLE = new URL('../../../node_modules/@xterm/xterm/css/xterm.css', import.meta.url).pathname;

const stops: (() => unknown)[] = [];
const folder = await mkdtemp(join(tmpdir(), 'clawreach-bench-'));
stops.push(() => rm(folder, { recursive: true, force: true }));
const output = join(folder, 'output');
await writeFile(output, terminalOutput(size));
const base = await RelayOfPages.start();
const { relay } = base;
stops.push(() => base.close());
const device = (name: string): Promise<TestDevice> => base.machine(name, { ...withDirectPaths(), ...withPrograms() });
const office = await device('office');
const laptop = await device('laptop');
await pairDevices(office, laptop);
const sockets = new WebSocketServer({ host: '127.0.0.1', port: 0 });
stops.push(() => sockets.close());
sockets.on('connection', (socket) => {
  const transport: AppTransport = {
    get bufferedBytes() {
      return socket.bufferedAmount;
    },
    send: (message) => socket.send(message, () => transportDrain?.()),
    setHandlers: (handlers) => {
      transportDrain = () => {
        if (socket.bufferedAmount < 64 * 1024) handlers.drain();
      };
      socket.on('message', (data) => handlers.message(new Uint8Array(data as Buffer)));
      socket.on('close', () => handlers.closed());
    },
    close: () => socket.close(),
  };
  let transportDrain: (() => void) | undefined;
  laptop.agent.serve(transport);
});
const browser = await launchChromium({ args: ['--allow-loopback-in-peer-connection'] });
stops.push(() => browser.close());
const script = await pageScript(new URL('page.ts', import.meta.url).pathname);

async function load(): Promise<Page> {
  const context = await browser.newContext({ bypassCSP: true });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log('page:', error.message));
  await page.goto(relay.url.replace(/^ws/, 'http') + RELAY_PATHS.health);
  await page.addScriptTag({ content: script });
  await page.addStyleTag({ path: XTERM_STYLE });
  await page.route('**/output', (route) => route.fulfill({ path: output, contentType: 'application/octet-stream' }));
  return page;
}

async function machine(): Promise<Page> {
  const page = await load();
  await ask(page, 'machine', base.admission());
  await ask(page, 'call', 'relay.ready', { timeout: 10_000 });
  const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
  const invited = office.api.call('pairing.result', { pairing });
  await ask(page, 'call', 'pairing.join', { codeOrLink: code ?? '', allow: [] });
  const { peer, words } = await invited;
  await office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
  await ask(page, 'call', 'pairing.confirm', { peer: office.peerId, words: [...words] });
  return page;
}

async function window(): Promise<Page> {
  const page = await load();
  await ask(page, 'window', `ws://127.0.0.1:${(sockets.address() as { port: number }).port}`);
  return page;
}

async function path(page: Page): Promise<string> {
  const peers = await ask<readonly PeerView[]>(page, 'call', 'peers.list', { measure: true });
  return peers[0]?.path ?? 'none';
}

async function choose(page: Page, wanted: 'direct' | 'relay'): Promise<void> {
  await ask(page, 'call', 'peers.setPathMode', {
    peer: office.peerId,
    mode: wanted === 'direct' ? 'auto' : 'relay-only',
  });
  for (let tries = 0; (await path(page)) !== wanted && tries < 100; tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 300));
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
const show = (value: number): string => value.toFixed(1);

/** Of `utime` and `stime` in /proc, on every Linux there is. */
const TICKS_PER_SECOND = 100;

/** Processor time of the threads of the browser's pages, by kind, seconds. Linux. */
async function threadSeconds(): Promise<Readonly<{ page: number; worker: number }>> {
  const times = { page: 0, worker: 0 };
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  for (const pid of processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => String(id))) {
    try {
      for (const thread of readdirSync(`/proc/${pid}/task`)) {
        const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
        // The name in brackets may have blanks and brackets itself.
        const name = /\((.*)\)/su.exec(stat)?.[1] ?? '';
        const fields = stat.replace(/^.*\) /su, '').split(' ');
        const seconds = (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
        if (thread === pid) times.page += seconds;
        else if (name.startsWith('DedicatedWorker')) times.worker += seconds;
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return times;
}

/** Rates at which output comes to the page and is only counted there, MiB/s. */
async function measureDelivery(page: Page): Promise<readonly number[]> {
  const terminal = await ask<number>(page, 'open', office.peerId, false);
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const { time, bytes } = await flood(page, terminal, round);
    if (round > 0) rates.push(bytes / 2 ** 20 / (time / 1000));
  }
  await ask(page, 'type', terminal, 'exit\n');
  return rates;
}

async function flood(page: Page, terminal: number, round: number): Promise<Readonly<{ time: number; bytes: number }>> {
  return await ask(page, 'until', terminal, `cat ${output}; echo END-${round}''-\n`, `END-${round}-`);
}

async function measure(name: string, page: Page): Promise<void> {
  const delivered = await measureDelivery(page);
  const drawn = await ask<number>(page, 'open', office.peerId, true);
  const typed = await ask<number>(page, 'open', office.peerId, true);
  const rates: number[] = [];
  const spent = { page: 0, worker: 0, mebibytes: 0 };
  for (let round = 0; round <= rounds; round += 1) {
    const before = await threadSeconds();
    const { time, bytes } = await flood(page, drawn, round);
    const after = await threadSeconds();
    if (round === 0) continue;
    rates.push(bytes / 2 ** 20 / (time / 1000));
    spent.page += after.page - before.page;
    spent.worker += after.worker - before.worker;
    spent.mebibytes += bytes / 2 ** 20;
  }
  const quiet = await ask<readonly number[]>(page, 'echoes', typed, keys);
  await ask(page, 'type', drawn, `while :; do cat ${output}; done\n`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const frames = ask<readonly number[]>(page, 'frames', 5000);
  const busy = await ask<readonly number[]>(page, 'echoes', typed, keys);
  const gaps = await frames;
  await ask(page, 'type', drawn, '\u0003');
  console.log(
    `| ${name} | ${await path(page)} | ${show(quantile(delivered, 0.5))} | ${show(quantile(rates, 0.5))} | ${show((spent.page * 1000) / spent.mebibytes)} + ${show((spent.worker * 1000) / spent.mebibytes)} | ${show(quantile(quiet, 0.5))} / ${show(quantile(quiet, 0.95))} | ${show(quantile(busy, 0.5))} / ${show(quantile(busy, 0.95))} | ${show(quantile(gaps, 0.5))} / ${show(quantile(gaps, 0.95))} / ${show(Math.max(...gaps))} |`,
  );
}

/** What xterm.js itself draws of the same output here, with nothing else at work. */
async function measureBare(): Promise<void> {
  const page = await load();
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const time = await ask<number>(page, 'bare', '/output');
    if (round > 0) rates.push(size / 2 ** 20 / (time / 1000));
  }
  await page.context().close();
  console.log(`| xterm.js alone | none | | ${show(quantile(rates, 0.5))} | | | | |`);
}

console.log(
  `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, Chromium ${browser.version()}, load ${loadavg()[0]?.toFixed(1)}`,
);
try {
  console.log(
    '| | path | output delivered, MiB/s | output drawn, MiB/s | CPU of the page + its worker, ms/MiB | echo, p50 / p95, ms | beside a flood, ms | frames in it, p50 / p95 / most, ms |\n| --- | --- | --- | --- | --- | --- | --- | --- |',
  );
  await measureBare();
  for (const way of ['relay', 'direct'] as const) {
    for (const [name, make] of [
      ['window', window],
      ['page as a machine', machine],
    ] as const) {
      const page = await make();
      await choose(page, way);
      await measure(name, page);
      await page.context().close();
    }
  }
  console.log(`load ${loadavg()[0]?.toFixed(1)}`);
} finally {
  for (const stop of stops.toReversed()) await stop();
}
process.exit(0);
