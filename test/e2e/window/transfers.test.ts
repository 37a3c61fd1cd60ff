import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { canLaunchElectron } from '#test/support/electron/launch.ts';
import { nameOfWindow } from '#test/support/window/names.ts';
import { PairedWindow } from '#test/support/window/paired-window.ts';
import { openElectron } from '#test/support/window/places.ts';
import type { ElectronSurface } from '#test/support/window/surface.ts';
import { tellStepByStep } from '#test/support/steps.ts';

/** For a machine that is busy with other things. */
const PATIENT = { timeout: 60_000 };
const MIB = 1_048_576;

type Transfer = Readonly<{
  id: string;
  state: string;
  direction: string;
  folder: string | null;
  waitsFor: string | null;
}>;

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/**
 * Drags files of this machine over an element and drops them, as the system does.
 * @param past element over which they are dragged before
 * @param look called while they are over it
 */
async function dropFiles(
  page: Page,
  selector: string,
  files: readonly string[],
  { across = 0.5, past, look }: Readonly<{ across?: number; past?: string; look?: () => Promise<void> }> = {},
): Promise<void> {
  const box = await page.locator(selector).first().boundingBox();
  if (box === null) throw new Error(`nothing at ${selector}`);
  const session = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width * across, y: box.y + Math.min(box.height / 2, 60) };
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const before = past === undefined ? null : await page.locator(past).first().boundingBox();
  if (before !== null)
    for (const type of ['dragEnter', 'dragOver'] as const)
      await session.send('Input.dispatchDragEvent', { type, x: before.x + 4, y: before.y + 4, data });
  // What is under the pointer may be there only once files are dragged.
  for (const type of ['dragEnter', 'dragOver', 'dragOver'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await look?.();
  await session.send('Input.dispatchDragEvent', { type: 'drop', ...at, data });
  await session.detach();
}

/** The application with a paired machine, which sends and receives files by hand, in its real window. */
describe.skipIf(!canLaunchElectron())('files in the window', { timeout: 240_000 }, () => {
  let paired: PairedWindow<ElectronSurface>;
  let folder: string;

  const page = () => paired.surface.page;
  const row = (what: string) => page().locator('li[data-transfer]').filter({ hasText: what });
  const stateOf = async (what: string): Promise<string | null> => await row(what).first().getAttribute('data-state');
  const atOffice = async (): Promise<readonly Transfer[]> =>
    (await paired.office.json('transfers')) as readonly Transfer[];
  const rightOfLaptop = async (how: '--allow' | '--ask'): Promise<void> => {
    await paired.office.ok('rights', await nameOfWindow(paired.office), how, 'send');
  };
  /** Has the next dialog of the system answer with these paths. */
  const choose = async (...paths: readonly string[]): Promise<void> => {
    await paired.surface.application.application.evaluate(({ dialog }, filePaths) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [...filePaths] });
    }, paths);
  };

  const step = tellStepByStep(async (defer) => {
    folder = mkdtempSync(join(tmpdir(), 'clawreach-window-files-'));
    defer(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, 'photos'));
    writeFileSync(join(folder, 'photos', 'one.raw'), randomBytes(3 * MIB + 17));
    writeFileSync(join(folder, 'report.pdf'), randomBytes(70_001));
    writeFileSync(join(folder, 'disk.img'), randomBytes(MIB));
    // Zeros without a place on the disk.
    truncateSync(join(folder, 'disk.img'), 700 * MIB);
    writeFileSync(join(folder, 'sleep.img'), randomBytes(MIB));
    truncateSync(join(folder, 'sleep.img'), 500 * MIB);
    paired = await PairedWindow.open(openElectron);
    defer(() => paired.close());
  });

  step('are dropped on a machine, accepted there, and arrive byte-exact [S-FILE-10]', async () => {
    await dropFiles(page(), 'li[data-peer]', [join(folder, 'photos'), join(folder, 'report.pdf')]);
    await page().getByText('Sending to office').waitFor(PATIENT);
    await page().keyboard.press('Control+4');
    await expect.poll(() => stateOf('photos'), PATIENT).toBe('waiting');
    await row('photos').getByText('Waiting for an answer on office').last().waitFor(PATIENT);
    const [asked] = (await paired.office.json('approvals')) as readonly Readonly<{ id: number }>[];
    await paired.office.ok('approvals', 'approve', String(asked?.id));
    await expect.poll(() => stateOf('photos'), PATIENT).toBe('done');
    const inbox = (await atOffice())[0]?.folder ?? '';
    for (const path of ['photos/one.raw', 'report.pdf'])
      expect(await hashOf(join(inbox, path))).toBe(await hashOf(join(folder, path)));
  });

  step('are chosen in a dialog, paused while they run, and go on [S-FILE-10]', async () => {
    await rightOfLaptop('--allow');
    await choose(join(folder, 'disk.img'));
    await page().keyboard.press('Control+1');
    await page().locator('li[data-peer] button').first().click();
    await page().getByRole('button', { name: 'Send files to office' }).click();
    await page().getByRole('menuitem', { name: 'Send files…' }).click();
    // A key does nothing while the menu is there.
    await page().getByRole('menu').waitFor({ state: 'detached' });
    await page().keyboard.press('Control+4');
    await expect.poll(() => stateOf('disk.img'), { ...PATIENT, interval: 20 }).toBe('running');
    await page()
      .getByRole('button', { name: /^Pause: disk\.img/ })
      .click();
    await expect.poll(() => stateOf('disk.img'), PATIENT).toBe('paused');
    const done = async (): Promise<string | null> =>
      await row('disk.img').getByRole('progressbar').getAttribute('aria-valuenow');
    expect(await row('disk.img').textContent()).not.toContain('/s');
    // What was on its way still arrives.
    let last: string | null = null;
    const stays = async (): Promise<boolean> => {
      const before = last;
      last = await done();
      return last === before;
    };
    await expect.poll(stays, { ...PATIENT, interval: 1000 }).toBe(true);
    expect(Number(last)).toBeLessThan(100);
    await page()
      .getByRole('button', { name: /^Go on: disk\.img/ })
      .click();
    await expect.poll(() => stateOf('disk.img'), PATIENT).toBe('done');
    const inbox = (await atOffice())[0]?.folder ?? '';
    expect(await hashOf(join(inbox, 'disk.img'))).toBe(await hashOf(join(folder, 'disk.img')));
  });

  step('that are on their way while the machine sleeps go on when it wakes', async () => {
    await choose(join(folder, 'sleep.img'));
    await page().keyboard.press('Control+1');
    await page().locator('li[data-peer] button').first().click();
    await page().getByRole('button', { name: 'Send files to office' }).click();
    await page().getByRole('menuitem', { name: 'Send files…' }).click();
    await page().getByRole('menu').waitFor({ state: 'detached' });
    await page().keyboard.press('Control+4');
    await expect.poll(() => stateOf('sleep.img'), { ...PATIENT, interval: 20 }).toBe('running');
    const { pid, application } = paired.surface.application;
    const power = async (event: 'suspend' | 'resume'): Promise<void> => {
      await application.evaluate(({ powerMonitor }, name) => void powerMonitor.emit(name), event);
    };
    await power('suspend');
    process.kill(pid, 'SIGSTOP');
    try {
      const there = async (): Promise<string | undefined> => (await atOffice())[0]?.state;
      await expect.poll(there, PATIENT).toBe('reconnecting');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await power('resume');
    await expect.poll(() => stateOf('sleep.img'), PATIENT).toBe('done');
    const inbox = (await atOffice())[0]?.folder ?? '';
    expect(await hashOf(join(inbox, 'sleep.img'))).toBe(await hashOf(join(folder, 'sleep.img')));
  });

  step('from the other machine wait for an answer in the Inbox, and lie in its folder', async () => {
    const sending = paired.office.start(['send', join(folder, 'report.pdf'), await nameOfWindow(paired.office)]);
    await page().keyboard.press('Control+7');
    await page().getByRole('button', { name: 'Accept', exact: true }).click(PATIENT);
    expect((await sending.ended).code).toBe(0);
    await page().keyboard.press('Control+4');
    const received = page().locator('li[data-transfer][data-state=done]').filter({ hasText: 'from office' });
    await received.waitFor(PATIENT);
    await received.getByRole('button').first().click();
    const into = (await page().locator('dd', { hasText: 'ClawReach' }).first().textContent()) ?? '';
    expect(await hashOf(join(into.replaceAll(/[⁦⁩]/g, ''), 'report.pdf'))).toBe(await hashOf(join(folder, 'report.pdf')));
  });

  step('dropped on a terminal lie in the folder of its program, and their path is typed [S-FILE-11]', async () => {
    const there = join(folder, 'its folder');
    mkdirSync(there);
    const terminal = await paired.openTerminal();
    await terminal.run(`cd '${there}'; sleep 0.1; echo "in $((40 + 2))"`, /^in 42$/m);
    const box = await page().locator('[data-terminal-pane]').first().boundingBox();
    if (box === null) throw new Error('no terminal');
    await dropFiles(page(), '[data-terminal-pane]', [join(folder, 'report.pdf')], { across: 0.75 });
    await expect
      .poll(async () => JSON.stringify(await paired.office.json('transfers')), PATIENT)
      .toContain('its folder');
    await terminal.until(/'[^']*its folder\/report\.pdf'$/m);
    expect(await hashOf(join(there, 'report.pdf'))).toBe(await hashOf(join(folder, 'report.pdf')));
    await page().keyboard.press('Control+4');
  });

  step(
    'a picture that is pasted into a terminal is shown first, then lies in the folder, with its path typed',
    async () => {
      const there = join(folder, 'pictures');
      mkdirSync(there);
      const terminal = await paired.openTerminal();
      await terminal.run(`cd '${there}'; sleep 0.1; echo "in $((40 + 3))"`, /^in 43$/m);
      // On a slow display the window is drawn long before the keyboard is its own.
      await expect
        .poll(
          () =>
            paired.surface.application.application.evaluate(({ BrowserWindow }) => {
              const [first] = BrowserWindow.getAllWindows();
              first?.focus();
              return first?.isFocused();
            }),
          PATIENT,
        )
        .toBe(true);
      await paired.surface.application.application.evaluate(({ clipboard, nativeImage }) => {
        const pixels = Buffer.alloc(64 * 48 * 4, 0x7f);
        // Electron's types are those of the version that ships, whose clipboard is another one.
        const old = clipboard as unknown as { writeImage(image: unknown): void };
        old.writeImage(nativeImage.createFromBitmap(pixels, { width: 64, height: 48 }));
      });
      // As the system does: keys of the test's browser don't reach the application.
      await paired.surface.application.application.evaluate(({ BrowserWindow }) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents;
        contents?.sendInputEvent({ type: 'keyDown', keyCode: 'V', modifiers: ['control', 'shift'] });
        contents?.sendInputEvent({ type: 'keyUp', keyCode: 'V', modifiers: ['control', 'shift'] });
      });
      const dialog = page().getByRole('dialog', { name: 'Send the picture to' });
      await dialog.getByRole('img', { name: 'The pasted picture' }).waitFor(PATIENT);
      await page().keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(readdirSync(there)).toEqual([]);
      await terminal.press('Shift+Insert');
      await dialog.getByRole('button', { name: 'Folder of this terminal' }).click(PATIENT);
      await terminal.until(/pictures\/picture-[\d-]+\.png\x27?\s*$/m);
      const [name = ''] = readdirSync(there);
      const picture = readFileSync(join(there, name));
      // Width and height stand in the first chunk of a PNG.
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([64, 48]);
      await page().keyboard.press('Control+4');
    },
  );

  step('are dropped on a folder that the machine shares, and replaced or kept beside it [S-FILE-10]', async () => {
    const [photos, papers] = ['photos there', 'papers there'].map((name) => join(folder, name)) as [string, string];
    for (const path of [photos, papers]) mkdirSync(path);
    const laptop = await nameOfWindow(paired.office);
    await paired.office.ok('files', 'share', laptop, photos, '--write');
    await paired.office.ok('files', 'share', laptop, papers);
    await page().keyboard.press('Control+1');
    await page().locator('li[data-peer] button').first().click();
    await page().getByRole('tab', { name: 'Folders' }).click();
    await page()
      .getByRole('button', { name: /^photos there/ })
      .click(PATIENT);
    await page().getByText('This folder is empty. Drop files here, or choose Add files.').waitFor(PATIENT);
    const source = join(folder, 'report.pdf');
    const drop = async (look?: () => Promise<void>): Promise<void> =>
      await dropFiles(page(), '[data-folder-list]', [source], {
        past: 'nav[aria-label="Path"]',
        ...(look === undefined ? {} : { look }),
      });
    await drop(async () => {
      await page()
        .getByText(/^Copy into .*photos there.* on .*office/)
        .waitFor(PATIENT);
      // The page around the list would send them to the inbox.
      expect(await page().getByText('Send to office').count()).toBe(0);
    });
    const rows = () => page().getByRole('rowgroup').getByRole('row');
    await rows().filter({ hasText: 'report.pdf' }).waitFor(PATIENT);
    expect(await hashOf(join(photos, 'report.pdf'))).toBe(await hashOf(source));

    writeFileSync(source, randomBytes(80_003));
    const before = await hashOf(join(photos, 'report.pdf'));
    const answer = async (choice: string): Promise<void> => {
      const dialog = page().getByRole('dialog', { name: /report\.pdf.* is there already/ });
      await dialog.getByRole('radio', { name: choice }).check(PATIENT);
      await dialog.getByRole('button', { name: 'Copy' }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await drop();
    await answer('Keep both');
    await rows().filter({ hasText: 'report (2).pdf' }).waitFor(PATIENT);
    expect(await hashOf(join(photos, 'report (2).pdf'))).toBe(await hashOf(source));
    expect(await hashOf(join(photos, 'report.pdf'))).toBe(before);
    await choose(source);
    await page().getByRole('button', { name: 'Add files' }).click();
    await page().getByRole('menuitem', { name: 'Add files…' }).click();
    await answer('Replace');
    await expect.poll(async () => await hashOf(join(photos, 'report.pdf')), PATIENT).toBe(await hashOf(source));
    expect(await rows().count()).toBe(2);

    await page().getByRole('navigation', { name: 'Path' }).getByRole('button', { name: 'Folders' }).click();
    await page()
      .getByRole('button', { name: /^papers there/ })
      .click();
    await page().getByText('This folder is empty.', { exact: true }).waitFor(PATIENT);
    expect(await page().getByRole('button', { name: 'Add files' }).count()).toBe(0);
    await drop();
    await page()
      .getByText(/shares this folder for reading only\. Nothing was copied\./)
      .waitFor(PATIENT);
    expect(readdirSync(papers)).toEqual([]);
    await page().keyboard.press('Control+4');
  });

  step('are removed from the list, and stay where they are', async () => {
    await page().getByRole('button', { name: 'Clear list' }).click();
    await page().getByText('No transfers yet').waitFor(PATIENT);
    expect(paired.surface.complaints).toEqual([]);
  });
});
