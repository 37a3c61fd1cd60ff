/**
 * `people.ts`: people of a relay with accounts, from one process of low priority, as if each came from a network of its own through a proxy. Reads
 * orders as lines of JSON from its standard input, and prints one line of JSON when each is done.
 */
import { Agent, request } from 'node:http';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

/** An account that a person uses: address, cookie of a session, and the project that it owns. */
export type LoadedAccount = Readonly<{ email: string; cookie: string; owned: string | undefined }>;

/** An order to the process, and what it answers. Times are ms. */
export type Order =
  | Readonly<{ kind: 'accounts'; url: string; password: string; accounts: readonly LoadedAccount[] }>
  | Readonly<{ kind: 'open' }>
  | Readonly<{ kind: 'begin'; signInEvery: number; changeEvery: number }>
  | Readonly<{ kind: 'flood'; clients: number }>
  | Readonly<{ kind: 'end' }>
  | Readonly<{ kind: 'close' }>;

/** What people saw since the last order `begin` or `flood`. */
export type Seen = Readonly<{
  /** Answers to sign-ins, by status. */
  statuses: Readonly<Record<string, number>>;
  /** ms of those that signed in, sorted. */
  signIns: readonly number[];
  changes: number;
  /** Messages on the sockets. */
  events: number;
  open: number;
}>;

/** Handshakes at the same time. */
const AT_ONCE = 20;
/** After a 503, ms: sooner than the relay says. */
const BUSY_WAIT = 500;

// The load comes from other machines, which don't take their time from the relay's.
setPriority(19);

const agent = new Agent({ keepAlive: true, maxSockets: 1000 });
const sockets = new Set<WebSocket>();
let origin = '';
let password = '';
let accounts: readonly LoadedAccount[] = [];
let seen = nothing();
let next = 0;
let stop = new AbortController();
let running: Promise<unknown>[] = [];
process.stdout.write('ready\n');

for await (const line of createInterface({ input: process.stdin })) {
  await follow(JSON.parse(line) as Order);
  const { statuses, signIns, changes, events } = seen;
  const answer: Seen = { statuses, signIns: signIns.sort((a, b) => a - b), changes, events, open: sockets.size };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);

async function follow(order: Order): Promise<void> {
  switch (order.kind) {
    case 'accounts':
      ({ password, accounts } = order);
      origin = order.url.replace(/^ws/, 'http');
      return;
    case 'open': {
      let opened = 0;
      const openSome = async (): Promise<void> => {
        while (opened < accounts.length) {
          opened += 1;
          await openSocket(opened - 1);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, openSome));
      return;
    }
    case 'begin': {
      seen = nothing();
      stop = new AbortController();
      const owners = accounts.flatMap(({ owned }, index) => (owned === undefined ? [] : [index]));
      running = [
        repeatEvery(order.signInEvery, () => signIn(next++)),
        repeatEvery(order.changeEvery, () => change(owners[seen.changes % owners.length] ?? 0)),
      ];
      return;
    }
    case 'flood':
      seen = nothing();
      stop = new AbortController();
      running = Array.from({ length: order.clients }, async () => {
        while (!stop.signal.aborted) if ((await signIn(next++)) === 503) await pause(BUSY_WAIT);
      });
      return;
    case 'end':
      stop.abort();
      await Promise.all(running);
      return;
    case 'close': {
      const closed = [...sockets].map((socket) => new Promise((resolve) => void socket.once('close', resolve)));
      for (const socket of sockets) socket.close();
      await Promise.all(closed);
    }
  }
}

function nothing(): { statuses: Record<string, number>; signIns: number[]; changes: number; events: number } {
  return { statuses: {}, signIns: [], changes: 0, events: 0 };
}

/** A network of its own for each person, of those for benchmarks (RFC 2544). */
function addressOf(index: number): string {
  return `198.18.${Math.floor(index / 250) % 250}.${(index % 250) + 1}`;
}

function openSocket(index: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}/api/v1/events`, {
    perMessageDeflate: false,
    headers: headersOf(index),
  });
  socket.once('error', reject);
  socket.on('message', () => {
    sockets.add(socket);
    resolve();
    seen.events += 1;
  });
  const pings = setInterval(() => socket.send('{"type":"ping"}'), 18_000);
  socket.once('close', () => {
    clearInterval(pings);
    sockets.delete(socket);
  });
  return promise;
}

function headersOf(index: number): Record<string, string> {
  return {
    'X-Forwarded-For': addressOf(index),
    Cookie: `__Host-clawreach=${accounts[index % accounts.length]?.cookie ?? ''}`,
    Origin: origin,
  };
}

/** @returns status */
async function signIn(index: number): Promise<number> {
  const started = performance.now();
  const email = accounts[index % accounts.length]?.email ?? '';
  // A network that has not tried yet, also in a flood of thousands: /64s are as many as one likes.
  const address = `2001:db8:${(index % 65_536).toString(16)}:${Math.floor(index / 65_536).toString(16)}::1`;
  const status = await send(
    'POST',
    '/api/v1/auth/sign-in',
    { 'X-Forwarded-For': address, Origin: origin },
    { email, password },
  );
  seen.statuses[status] = (seen.statuses[status] ?? 0) + 1;
  if (status === 200) seen.signIns.push(performance.now() - started);
  return status;
}

async function change(owner: number): Promise<void> {
  const project = accounts[owner]?.owned ?? '';
  const status = await send('PATCH', `/api/v1/projects/${project}`, headersOf(owner), {
    name: `Project ${Date.now()}`,
  });
  if (status !== 200) throw new Error(`a change was answered with ${status}`);
  seen.changes += 1;
}

function send(method: string, path: string, headers: Record<string, string>, body: object): Promise<number> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const outgoing = request(`${origin}${path}`, {
      method,
      agent,
      headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    outgoing.end(text);
  });
}

/** Does something at an interval, whether or not the last time has ended, until `stop`. @param interval ms */
async function repeatEvery(interval: number, work: () => Promise<unknown>): Promise<void> {
  const begun = new Set<Promise<unknown>>();
  let due = performance.now();
  while (!stop.signal.aborted) {
    const one = work().finally(() => begun.delete(one));
    begun.add(one);
    due += interval;
    await pause(due - performance.now());
  }
  await Promise.all(begun);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop.signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    stop.signal.addEventListener('abort', done);
  });
}
