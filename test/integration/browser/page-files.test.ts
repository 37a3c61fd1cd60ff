import { createHash, randomBytes } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#node/clock/index.ts';
import { createRelayDialer } from '#node/sockets/index.ts';
import type { RunningRelay } from '#relay/index.ts';
import type { TransferView } from '#shared/app-api/index.ts';
import { isOver } from '#shared/files/index.ts';
import { withPrograms } from '#test/support/browser/relay-of-pages.ts';
import { findChromium, shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { until } from '#test/support/e2e/until.ts';
import { codeOf, DeviceDisk, TestDevice } from '#test/support/hostile/device.ts';
import { MemoryDocumentFile } from '#test/support/memory-files.ts';
import { startTestRelay } from '#test/support/relay-project.ts';
import { transferFiles } from '#test/support/transfers/transfer-files.ts';

const MIB = 1_048_576;
/** A page sends a MiB a second where eight others want its core, ms. */
const PATIENT = 90_000;
/** Headers and answers that say nothing about the page: this relay doesn't know the questions about accounts. */
const EXPECTED =
  /Integrity-Policy|Permissions-Policy|Failed to load resource|Service Worker registration blocked|WebSocket/;

/** Dialogs of the browser, of which a browser without a screen has none: each picks a folder or file of the origin's own files, which are real ones. */
const PICKERS = `{
  const own = async () => (await navigator.storage.getDirectory()).getDirectoryHandle('picked', { create: true });
  globalThis.suggested = [];
  globalThis.showSaveFilePicker = async ({ suggestedName }) => {
    globalThis.suggested.push(suggestedName);
    return await (await own()).getFileHandle(suggestedName, { create: true });
  };
  globalThis.showDirectoryPicker = own;
  globalThis.pickedFiles = async (folder, path = '') => {
    const found = {};
    for await (const [name, handle] of (folder ?? (await own())).entries()) {
      if (handle.kind === 'directory') {
        found[path + name + '/'] = '';
        Object.assign(found, await globalThis.pickedFiles(handle, path + name + '/'));
      } else {
        const bytes = await (await handle.getFile()).arrayBuffer();
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
        found[path + name] = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
      }
    }
    return found;
  };
  globalThis.putPicked = async (name, text) => {
    const stream = await (await (await own()).getFileHandle(name, { create: true })).createWritable();
    await stream.write(text);
    await stream.close();
  };
}`;

const hashOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(findChromium() === undefined)('files in the page of a relay', () => {
  let browser: ChromiumShare;
  let relay: RunningRelay;
  let stopRelay: () => Promise<void>;
  let office: TestDevice;
  let page: Page;
  let cdp: CDPSession;
  let directory: string;
  let origin: string;
  let own: string;
  const complaints: string[] = [];

  async function startRelay(port = 0): Promise<void> {
    const started = await startTestRelay({
      page: {},
      dataDirectory: join(directory, 'relay'),
      listen: { host: '127.0.0.1', port },
      drainTimeout: 0,
    });
    ({ relay, stop: stopRelay } = started);
  }

  const disk = new DeviceDisk();
  const book = new MemoryDocumentFile();
  async function startOffice(): Promise<TestDevice> {
    const device = await TestDevice.create({
      name: 'office',
      dialer: createRelayDialer({ clock: systemClock }),
      disk,
      transfers: transferFiles(join(directory, 'office'), { book }),
      ...withPrograms(),
    });
    device.agent.start();
    return device;
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'clawreach-page-files-'));
    await mkdir(join(directory, 'source'));
    await mkdir(join(directory, 'shared'));
    await startRelay();
    origin = `http://localhost:${relay.port}`;
    office = await startOffice();
    await office.configure(relay.url, relay.admissionToken);
    // Through the relay alone.
    browser = await shareChromium();
    const context = await browser.newContext({
      viewport: { width: 1280, height: 800 },
      reducedMotion: 'reduce',
      serviceWorkers: 'block',
      locale: 'en',
    });
    page = await context.newPage();
    page.setDefaultTimeout(15_000);
    cdp = await context.newCDPSession(page);
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type()) && !EXPECTED.test(message.text()))
        complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(`${origin}/dashboard`);
    own = await pair();
    await office.api.call('folders.share', {
      peer: own,
      path: join(directory, 'shared'),
      mode: 'write',
      name: 'photos',
    });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await office.close();
    await stopRelay();
    await rm(directory, { recursive: true, force: true });
  });

  /** Pairs with office by a code that it shows; both people compare the words. @returns the peer ID of this browser */
  async function pair(): Promise<string> {
    const { pairing, code } = await office.api.call('pairing.invite', { allow: ['terminal'] });
    const invited = office.api.call('pairing.result', { pairing });
    await page.locator('[data-code-field]').fill(code ?? '');
    await page.keyboard.press('Enter');
    const { peer, words } = await invited;
    await office.api.call('pairing.confirm', { peer: peer.peerId, words: [...words] });
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'They match' }).click();
    await dialog.getByRole('button', { name: 'Open terminal' }).click();
    await page.locator('.xterm-rows:visible').first().waitFor();
    return peer.peerId;
  }

  /** Writes a file to be sent. @returns its path */
  async function source(name: string, contents: Uint8Array | string): Promise<string> {
    const path = join(directory, 'source', name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, contents);
    return path;
  }

  /** Folder of office in which files of this browser arrive. */
  async function inbox(): Promise<string> {
    const { folder } = await office.api.call('transfers.inbox', {});
    const name = (await readdir(folder)).find((one) => !one.startsWith('.'));
    return join(folder, name ?? '');
  }

  const transfersThere = async (): Promise<readonly TransferView[]> => await office.api.call('transfers.list', {});
  const newest = async (): Promise<TransferView | undefined> =>
    (await transfersThere()).toSorted((one, other) => other.startedAt - one.startedAt)[0];

  /** Waits for the end of the transfer that office has begun after these. */
  async function endThere(before: readonly TransferView[]): Promise<TransferView> {
    return await until(
      'the end of the transfer',
      async () => {
        const view = await newest();
        const isNew = view !== undefined && before.every(({ id }) => id !== view.id);
        return isNew && isOver(view.state) ? view : undefined;
      },
      PATIENT,
    );
  }

  /** Waits until office has so many bytes of a new transfer. @returns its ID */
  async function runningThere(before: readonly TransferView[], bytes: number): Promise<string> {
    return await until(
      'a running transfer',
      async () => {
        const view = await newest();
        const isNew = view !== undefined && before.every(({ id }) => id !== view.id);
        return isNew && view.bytes.done >= bytes ? view.id : undefined;
      },
      PATIENT,
    );
  }

  async function showMachine(tab?: string): Promise<void> {
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Machines/ })
      .first()
      .click();
    await page.getByRole('button', { name: 'office' }).first().click();
    if (tab !== undefined) await page.getByRole('tab', { name: tab }).click();
  }

  /** Sends files, or a folder, that the browser's dialog picks. */
  async function send(what: 'files' | 'folder', paths: string | readonly string[]): Promise<void> {
    await showMachine();
    await page.getByRole('button', { name: /^Send files to/ }).click();
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: what === 'files' ? 'Send files…' : 'Send a folder…' }).click();
    await (await dialog).setFiles(typeof paths === 'string' ? paths : [...paths]);
  }

  async function showFolder(): Promise<void> {
    await showMachine('Folders');
    const crumb = page.getByRole('navigation', { name: 'Path' }).getByRole('button', { name: 'Folders' });
    const root = page.getByRole('button', { name: /photos/ });
    await crumb.or(root).first().waitFor();
    if ((await crumb.count()) > 0) await crumb.click();
    await root.click();
    await page.getByRole('grid').waitFor();
  }

  /** Row of a transfer in the list of the page. */
  const listed = (name: string, state?: string) =>
    page
      .locator(`li[data-transfer]${state === undefined ? '' : `[data-state="${state}"]`}`)
      .filter({ hasText: name })
      .first();
  const row = (name: string) => page.getByRole('grid').getByRole('row').filter({ hasText: name });
  const pickedFiles = async (): Promise<Readonly<Record<string, string>>> =>
    // A file may be moved into its place while it is looked at.
    await page.evaluate<Readonly<Record<string, string>>>('globalThis.pickedFiles().catch(() => ({}))');
  /** Returns the same once the browser has removed the file into which it writes first: both may be there when the contents are. */
  const settledFiles = async (): Promise<Readonly<Record<string, string>> | undefined> => {
    const files = await pickedFiles();
    return Object.keys(files).some((name) => name.endsWith('.crswap')) ? undefined : files;
  };

  it('sends files from the browser’s dialog to a machine, once someone there has accepted them, byte-exact', async () => {
    const large = randomBytes(5 * MIB + 12_345);
    const paths = [await source('large.bin', large), await source('notes.txt', 'notes')];
    const before = await transfersThere();
    await send('files', paths);
    const asked = await until('the question', async () => (await office.api.call('approvals.list', {}))[0]);
    expect(asked).toMatchObject({ right: 'send', detail: 'send large.bin, notes.txt', browser: true });
    await office.api.call('approvals.decide', { id: asked.id, decision: 'approve' });
    expect(await endThere(before)).toMatchObject({ state: 'done', files: { done: 2, of: 2 } });
    await office.api.call('rights.set', { peer: own, right: 'send', decision: 'allow', expiresAt: null });
    expect((await readFile(join(await inbox(), 'large.bin'))).equals(large)).toBe(true);
    expect(await readFile(join(await inbox(), 'notes.txt'), 'utf8')).toBe('notes');
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Transfers/ })
      .click();
    await listed('large.bin', 'done').waitFor();
    expect(complaints).toEqual([]);
  }, 120_000);

  it('sends a folder from the dialog, with what is in it', async () => {
    const image = randomBytes(400_000);
    await source('trip/day 1/a.jpg', image);
    await source('trip/day 2/deep/b.txt', 'b');
    await source('trip/.gitignore', 'node_modules');
    const before = await transfersThere();
    await send('folder', join(directory, 'source', 'trip'));
    expect(await endThere(before)).toMatchObject({ state: 'done', files: { done: 3 } });
    const trip = join(await inbox(), 'trip');
    expect((await readFile(join(trip, 'day 1', 'a.jpg'))).equals(image)).toBe(true);
    expect(await readFile(join(trip, 'day 2', 'deep', 'b.txt'), 'utf8')).toBe('b');
    expect(await readFile(join(trip, '.gitignore'), 'utf8')).toBe('node_modules');
  }, 120_000);

  it('sends what is dropped on a machine’s page, also empty folders', async () => {
    await source('dropped/full/c.txt', 'c');
    await mkdir(join(directory, 'source', 'dropped', 'empty'));
    await showMachine();
    const before = await transfersThere();
    await drop([join(directory, 'source', 'dropped'), await source('beside.txt', 'beside')]);
    const end = await endThere(before);
    expect(end).toMatchObject({ state: 'done', top: 2 });
    expect((await readdir(join(await inbox(), 'dropped'))).toSorted()).toEqual(['empty', 'full']);
    expect(await readFile(join(await inbox(), 'dropped', 'full', 'c.txt'), 'utf8')).toBe('c');
    expect(await readFile(join(await inbox(), 'beside.txt'), 'utf8')).toBe('beside');
  }, 120_000);

  /** Drops files of this machine on the middle of the page, as a file manager does. */
  async function drop(files: readonly string[]): Promise<void> {
    const data = { items: [], files: [...files], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await cdp.send('Input.dispatchDragEvent', { type, x: 800, y: 400, data });
  }

  it('goes on after the relay was restarted in the middle', async () => {
    const contents = randomBytes(16 * MIB + 3);
    const path = await source('long.bin', contents);
    const before = await transfersThere();
    await send('files', [path]);
    const id = await runningThere(before, 2 * MIB);
    const { port } = relay;
    await stopRelay();
    await startRelay(port);
    const end = await endThere(before);
    expect(end).toMatchObject({ id, state: 'done' });
    expect(hashOf(await readFile(join(await inbox(), 'long.bin')))).toBe(hashOf(contents));
  }, 240_000);

  it('is offered again by its ID to an agent that was started again, and goes on where it was', async () => {
    const contents = randomBytes(16 * MIB);
    const path = await source('again.bin', contents);
    const before = await transfersThere();
    await send('files', [path]);
    const id = await runningThere(before, 2 * MIB);
    await office.close();
    office = await startOffice();
    const end = await endThere(before);
    expect(end).toMatchObject({ id, state: 'done' });
    expect(hashOf(await readFile(join(await inbox(), 'again.bin')))).toBe(hashOf(contents));
  }, 240_000);

  it('is cancelled for good in the middle, at both ends', async () => {
    // Large enough that a fast machine has not sent it before the button is pressed.
    const path = await source('unwanted.bin', Buffer.alloc(512 * MIB, 'x'));
    const before = await transfersThere();
    await send('files', [path]);
    const id = await runningThere(before, 2 * MIB);
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Transfers/ })
      .click();
    const sending = listed('unwanted.bin');
    await sending.getByRole('progressbar').waitFor();
    await sending.getByRole('button', { name: 'Pause' }).click();
    await listed('unwanted.bin', 'paused').waitFor();
    await sending.getByRole('button', { name: /More about/ }).click();
    await page.getByRole('menuitem', { name: 'Cancel…' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the transfer' }).click();
    await listed('unwanted.bin', 'cancelled').waitFor();
    expect(await endThere(before)).toMatchObject({ id, state: 'cancelled' });
    await until('the end of the parts', async () =>
      (await readdir(join(await inbox(), '.incoming')).catch(() => [])).length === 0 ? true : undefined,
    );
    expect((await readdir(await inbox())).includes('unwanted.bin')).toBe(false);
  }, 120_000);

  it('sends nothing of a file that has changed since it was picked', async () => {
    const changed = await source('changed.bin', randomBytes(MIB));
    const same = await source('same.txt', 'same');
    await showMachine();
    await page.getByRole('button', { name: /^Send files to/ }).click();
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: 'Send files…' }).click();
    const chooser = await dialog;
    const before = await transfersThere();
    // The transfer waits until office is back.
    await office.close();
    try {
      await chooser.setFiles([changed, same]);
      await page
        .getByRole('navigation')
        .getByRole('button', { name: /^Transfers/ })
        .click();
      await listed('changed.bin').waitFor();
      await appendFile(changed, 'more');
    } finally {
      office = await startOffice();
    }
    const end = await endThere(before);
    expect(end).toMatchObject({ state: 'partly', code: 'file.gone' });
    expect(await readFile(join(await inbox(), 'same.txt'), 'utf8')).toBe('same');
  }, 120_000);

  it('downloads a file into the one that was picked, under a name that hides nothing', async () => {
    const contents = randomBytes(3 * MIB + 99);
    const name = 'report\u202Efdp.exe';
    await writeFile(join(directory, 'shared', name), contents);
    await page.evaluate(PICKERS);
    await showFolder();
    await row('report').dblclick();
    const got = await until('the file', async () => {
      const files = await settledFiles();
      return files?.['report_fdp.exe'] === hashOf(contents) ? files : undefined;
    });
    expect(Object.keys(got)).toEqual(['report_fdp.exe']);
    expect(await page.evaluate<string[]>('globalThis.suggested')).toEqual(['report_fdp.exe']);
  }, 120_000);

  it('downloads a folder and a file beside what is in the folder that was picked, and replaces nothing', async () => {
    const image = randomBytes(2 * MIB + 1);
    await mkdir(join(directory, 'shared', 'album', 'inner', 'empty'), { recursive: true });
    await writeFile(join(directory, 'shared', 'album', 'inner', 'x.jpg'), image);
    await writeFile(join(directory, 'shared', 'album', 'list.txt'), 'list');
    await writeFile(join(directory, 'shared', 'readme.txt'), 'new');
    await page.evaluate(`globalThis.putPicked('readme.txt', 'mine')`);
    await page.evaluate(`globalThis.putPicked('album', 'a file')`);
    await showFolder();
    await row('album').click();
    await row('readme.txt').click({ modifiers: ['ControlOrMeta'] });
    await page.getByRole('button', { name: 'Download 2' }).click();
    const files = await until('the files', async () => {
      const found = await pickedFiles();
      return found['album (2)/inner/x.jpg'] === hashOf(image) && found['readme (2).txt'] === hashOf('new')
        ? found
        : undefined;
    });
    expect(files).toMatchObject({
      'readme.txt': hashOf('mine'),
      album: hashOf('a file'),
      'album (2)/list.txt': hashOf('list'),
      'album (2)/inner/empty/': '',
    });
    await page.getByText('2 downloads were started.').waitFor();
  }, 120_000);

  it('removes what a cancelled download has made, and nothing else', async () => {
    // Large enough that a fast machine has not sent it before it is cancelled.
    await writeFile(join(directory, 'shared', 'big.bin'), '');
    await truncate(join(directory, 'shared', 'big.bin'), 512 * MIB);
    const before = await pickedFiles();
    await showFolder();
    await row('big.bin').click();
    await row('album').click({ modifiers: ['ControlOrMeta'] });
    await page.getByRole('button', { name: 'Download 2' }).click();
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Transfers/ })
      .click();
    const coming = listed('big.bin');
    await coming.getByRole('progressbar').waitFor();
    await coming.getByRole('button').first().focus();
    await page.keyboard.press('Delete');
    // Nothing is asked while nothing has come.
    const sure = page.getByRole('dialog').getByRole('button', { name: 'Cancel the transfer' });
    await sure.or(listed('big.bin', 'cancelled')).first().waitFor();
    if (await sure.isVisible()) await sure.click();
    await listed('big.bin', 'cancelled').waitFor();
    await until('the album', async () => {
      const files = await pickedFiles();
      const isThere = Object.keys(files).some((name) => name.startsWith('album (3)/inner/x.jpg'));
      return isThere && Object.keys(files).every((name) => !name.startsWith('big')) ? true : undefined;
    });
    for (const [name, hash] of Object.entries(before)) expect((await pickedFiles())[name]).toBe(hash);
  }, 120_000);

  it('saves a file from memory where the browser has no dialogs, and says so before', async () => {
    await page.evaluate('globalThis.showSaveFilePicker = undefined; globalThis.showDirectoryPicker = undefined;');
    await page.evaluate('delete globalThis.showSaveFilePicker; delete Window.prototype.showSaveFilePicker;');
    const contents = randomBytes(5 * MIB + 7);
    await writeFile(join(directory, 'shared', 'memory.bin'), contents);
    await showFolder();
    await page.getByText('This browser keeps a download in memory').waitFor();
    const download = page.waitForEvent('download');
    await row('memory.bin').dblclick();
    const file = await download;
    expect(file.suggestedFilename()).toBe('memory.bin');
    expect(hashOf(await readFile(await file.path()))).toBe(hashOf(contents));
  }, 120_000);

  it('refuses what would not fit into the memory of the page, and folders, with a next step', async () => {
    const huge = join(directory, 'shared', 'huge.bin');
    await writeFile(huge, '');
    await truncate(huge, 513 * MIB);
    await showFolder();
    await row('huge.bin').dblclick();
    await page.getByText('The file is too large for this browser.').waitFor();
    await row('album').click();
    await page.getByRole('button', { name: 'Download 1' }).click();
    await page.getByText("This browser can't save folders.").waitFor();
    await rm(huge);
    expect(complaints).toEqual([]);
  }, 60_000);

  it('copies files into a shared folder, and asks about names that are taken', async () => {
    const path = await source('readme.txt', 'from the browser');
    await showFolder();
    await page.getByRole('button', { name: 'Add files' }).click();
    const dialog = page.waitForEvent('filechooser');
    await page.getByRole('menuitem', { name: 'Add files…' }).click();
    await (await dialog).setFiles([path]);
    const question = page.getByRole('dialog');
    await question.getByText('Keep both').click();
    await question.getByRole('button', { name: 'Copy' }).click();
    await row('readme (2).txt').waitFor();
    expect(await readFile(join(directory, 'shared', 'readme (2).txt'), 'utf8')).toBe('from the browser');
    expect(await readFile(join(directory, 'shared', 'readme.txt'), 'utf8')).toBe('new');
  }, 60_000);

  it('takes nothing from a machine by itself: it says so before anything is sent', async () => {
    const path = await source('pushed.txt', 'x');
    expect(await codeOf(office.api.call('transfers.send', { peer: own, paths: [path] }))).toBe('file.browser');
  });

  it('ends its transfers at the machine, too, when the page is loaded again', async () => {
    const path = await source('closed.bin', randomBytes(24 * MIB));
    const before = await transfersThere();
    await send('files', [path]);
    const id = await runningThere(before, 2 * MIB);
    const asked: string[] = [];
    page.on('dialog', (question) => {
      asked.push(question.type());
      void question.accept();
    });
    await page.reload();
    expect(asked).toEqual(['beforeunload']);
    expect(await endThere(before)).toMatchObject({ id, state: 'cancelled' });
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^Transfers/ })
      .click();
    await listed('closed.bin', 'failed').getByText('The transfer has ended with its page.').waitFor();
  }, 120_000);

  it('leaves nothing half behind when the tab with the agent is closed, and another one goes on with its download', async () => {
    const size = 64 * MIB;
    await mkdir(join(directory, 'shared', 'moving'));
    await writeFile(join(directory, 'shared', 'moving', 'first.txt'), 'first');
    await writeFile(join(directory, 'shared', 'moving', 'large.bin'), '');
    await truncate(join(directory, 'shared', 'moving', 'large.bin'), size);
    const withAgent = page;
    page = await page.context().newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${origin}/dashboard`);
    await page.evaluate(PICKERS);
    await showFolder();
    await row('moving').click();
    await page.getByRole('button', { name: 'Download 1' }).click();
    await until('the beginning', async () => {
      const files = await pickedFiles();
      const hasBegun = files['moving/large.bin'] === hashOf('') && files['moving/first.txt'] === hashOf('first');
      return hasBegun ? true : undefined;
    });
    await withAgent.close();
    const whole = hashOf(Buffer.alloc(size));
    const files = await until(
      'the files',
      async () => {
        const found = await settledFiles();
        return Object.values(found ?? {}).includes(whole) ? found : undefined;
      },
      PATIENT,
    );
    expect(Object.entries(files).filter(([name]) => name.startsWith('moving'))).toEqual(
      expect.arrayContaining([
        ['moving/', ''],
        ['moving/first.txt', hashOf('first')],
        ['moving/large.bin', whole],
      ]),
    );
    expect(Object.keys(files).filter((name) => name.startsWith('moving'))).toHaveLength(3);
  }, 240_000);
});
