import { AgentTabs, forgetAgent } from '#browser/tabs/index.ts';
import { inTransaction, openDatabase, resultOf } from '#browser/store/database.ts';
import { keptAccount, openPageStore, removeKept } from '#browser/store/index.ts';
import { openWorkerAgent, type WorkerAgent } from '#browser/worker-agent/index.ts';
import { AppApiClient } from '#shared/app-api/index.ts';
import { fromUtf8, toUtf8 } from '#shared/bytes/index.ts';
import { errorCode } from '#shared/errors.ts';
import { silentLogger } from '#shared/logger.ts';

/** End of a call of the app API. */
export type CallEnd = Readonly<{ answer: unknown } | { code: string }>;

/** What `test/integration/browser/page-agent.test.ts` asks of the page in Chromium. */
export type AgentPage = Readonly<{
  /** Makes the page a device, with the keys that this origin has or with new ones. @returns its peer ID */
  create(
    relay: Readonly<{
      url: string;
      ticket?: Readonly<{ id: string; secret: string }>;
      keeps?: boolean;
      /** Account that the device belongs to; Ada's without one. */
      account?: string;
    }>,
  ): Promise<string>;
  /** Reports what the browser keeps of this page: names of its object stores that have something. */
  kept(): Promise<readonly string[]>;
  /** Joins the tabs of this origin, of which one runs the agent, and connects to it. */
  join(
    relay: Readonly<{ url: string; ticket?: Readonly<{ id: string; secret: string }>; account?: string }>,
  ): Promise<void>;
  /** Reports whether this tab has left the others. */
  isClosed(): boolean;
  /** Account whose keys the browser keeps; null for none. */
  keptAccount(): Promise<string | null>;
  /** Ends the agent of an account in all tabs, and removes its keys. */
  forget(account: string): Promise<void>;
  /** Reports whether the agent runs in this tab. */
  isHere(): boolean;
  /** Number of connections to an agent that this tab has lost. */
  lost(): number;
  /** Leaves the tabs, as a page that goes elsewhere. */
  leave(): Promise<void>;
  /** Makes a call of the app API. Errors have more in them than a page can hand over, so their code stands in. */
  call(name: string, input: unknown): Promise<CallEnd>;
  /** Opens a terminal, or attaches to one. @returns its ID */
  open(input: Readonly<{ peer: string; terminal?: string }>): Promise<string>;
  type(text: string): Promise<void>;
  /** Everything that the terminal has printed so far. */
  output(): string;
  close(): Promise<void>;
  /** Code of the error when a script reads a private key; `none` if it can. */
  stealKeys(): Promise<string>;
  /** Removes everything that the page keeps. */
  clear(): Promise<void>;
  /** Clears a store of its own while a save fails. @returns the documents that it has after the save would be tried again */
  clearDuringFailedSave(): Promise<readonly unknown[]>;
}>;

type Relay = Parameters<AgentPage['create']>[0];

const ADA = 'ada';

let tabs: AgentTabs | undefined;
let losses = 0;
let agent: WorkerAgent | undefined;
let api: AppApiClient | undefined;
let printed = '';
let write: ((bytes: Uint8Array) => Promise<void>) | undefined;

function client(): AppApiClient {
  if (api === undefined) throw new Error('nothing was created');
  return api;
}

async function openAgent({ url, keeps, account = ADA }: Relay): Promise<WorkerAgent> {
  const { workerScript } = globalThis as unknown as { workerScript: string };
  return await openWorkerAgent({
    logger: silentLogger,
    createWorker: () => new Worker(URL.createObjectURL(new Blob([workerScript], { type: 'text/javascript' }))),
    version: '0.0.0',
    account,
    deviceName: 'a browser',
    loopback: true,
    keeps,
    relayUrl: url,
  });
}

/** Has the agent join a project. Tests look at what has become of it. */
function enrol({ ticket }: Relay): void {
  if (ticket !== undefined)
    void api?.call('device.enrol', { ticket: ticket.id, secret: ticket.secret }).catch(() => undefined);
}

/** Connects to the agent of the tabs, and again whenever that connection is lost. */
async function follow(joined: AgentTabs): Promise<void> {
  const connected = new AppApiClient(await joined.connect());
  api = connected;
  void connected.closed.then(async () => {
    losses += 1;
    api = undefined;
    await follow(joined);
  });
}

const page: AgentPage = {
  async join(relay) {
    const { account = ADA } = relay;
    tabs = new AgentTabs({ name: 'clawreach', account, logger: silentLogger, open: () => openAgent(relay) });
    await follow(tabs);
    if (tabs.isHere) enrol(relay);
  },
  isHere: () => tabs?.isHere === true,
  isClosed: () => tabs?.isClosed === true,
  keptAccount: async () => (await keptAccount()) ?? null,
  forget: (account) => forgetAgent('clawreach', account),
  lost: () => losses,
  async leave() {
    await tabs?.close();
  },
  async create(relay) {
    agent = await openAgent(relay);
    agent.start();
    api = new AppApiClient(agent.connect());
    enrol(relay);
    return agent.peerId;
  },
  async call(name, input) {
    try {
      if (api === undefined) return { code: 'control.lost' };
      return { answer: await client().call(name as 'status.get', input as Record<string, never>) };
    } catch (error) {
      return { code: errorCode(error) };
    }
  },
  async open(input) {
    const opened = await client().call('terminal.open', { cols: 80, rows: 24, term: 'xterm-256color', ...input });
    const channel = client().channel(opened.channel);
    printed = '';
    write = (bytes) => channel.write(bytes);
    void (async () => {
      for (let bytes = await channel.read(); bytes !== null; bytes = await channel.read()) printed += fromUtf8(bytes);
    })().catch(() => undefined);
    return opened.terminal;
  },
  async type(text) {
    await write?.(toUtf8(text));
  },
  output: () => printed,
  async close() {
    await agent?.close('test');
  },
  async stealKeys() {
    const { signing, agreement } = (await openPageStore({ account: ADA })).keys ?? {};
    for (const pair of [signing, agreement]) {
      for (const form of ['pkcs8', 'jwk'] as const) {
        const code = await crypto.subtle.exportKey(form, (pair as CryptoKeyPair).privateKey).then(
          () => 'none',
          (error: unknown) => (error as Error).name,
        );
        if (code !== 'InvalidAccessError') return code;
      }
    }
    return 'InvalidAccessError';
  },
  async clear() {
    await removeKept();
  },
  async clearDuringFailedSave() {
    const store = await openPageStore({ account: ADA, name: 'clearing' });
    const { prototype } = IDBObjectStore;
    const put = Reflect.get(prototype, 'put');
    prototype.put = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    store.document('peers').write({ version: 1 });
    // The save is under way from the next microtask on.
    await Promise.resolve();
    await Promise.resolve();
    const cleared = store.clear();
    await cleared;
    prototype.put = put;
    await new Promise((resolve) => setTimeout(resolve, 3000));
    store.close();
    const database = await openDatabase('clearing');
    const keys = await inTransaction(
      database,
      'documents',
      'readonly',
      async (all) => await resultOf(all.getAllKeys()),
    );
    database.close();
    return keys;
  },
  async kept() {
    const database = await openDatabase('clawreach');
    const found: string[] = [];
    for (const name of ['keys', 'documents', 'lines'] as const) {
      const count = await inTransaction(database, name, 'readonly', async (all) => await resultOf(all.count()));
      if (count > 0) found.push(name);
    }
    database.close();
    return found;
  },
};

Object.assign(globalThis, { page });
