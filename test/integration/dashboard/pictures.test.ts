import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FileChooser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import { shareChromium, type ChromiumShare } from '#test/support/chromium/launch.ts';
import { DashboardRelay, type DashboardPage } from '#test/support/dashboard/dashboard-relay.ts';
import { temporaryDirectory } from '#test/support/directories.ts';
import { pngPicture } from '#test/support/pictures.ts';
import type { Person } from '#test/support/platform/test-platform.ts';
import { focused, moveFocus } from '#test/support/window/accessibility.ts';

/** Text in a photo that must not leave the page, as a place or a name would stand there. */
const SECRET = 'GPS 52.5163 N 13.3777 E';

let relay: DashboardRelay;
let browser: ChromiumShare;
let ada: DashboardPage;
let ben: DashboardPage;
let people: Readonly<{ ada: Person; ben: Person }>;
let project: string;
/** Bodies of the requests of Ada's page. */
const sent: Buffer[] = [];
/** Dialogs of the system that her page has opened. */
const choosers: FileChooser[] = [];
beforeAll(async () => {
  [relay, browser] = await Promise.all([DashboardRelay.start(), shareChromium()]);
  const { platform } = relay;
  people = { ada: platform.person('Ada'), ben: platform.person('Ben') };
  project = (await people.ada.client.call('projects.create', { input: { name: 'Home' } })).id;
  for (const email of [people.ben.email, 'grace@example.org']) {
    await people.ada.client.call('invitations.create', { params: { project }, input: { email } });
  }
  addPlainSession(people.ada);
  ben = await relay.open(browser, `/project/${project}/people`, { person: people.ben });
  ada = await relay.open(browser, '/settings', { person: people.ada });
  ada.page.on('filechooser', (chooser) => choosers.push(chooser));
  ada.page.on('request', (request) => {
    const body = request.postDataBuffer();
    if (body !== null) sent.push(body);
  });
});
afterAll(async () => {
  await browser.close();
  await relay.stop();
});

/** Adds a row of the history. */
function addPlainSession({ account }: Person): void {
  const { platform } = relay;
  const device = 'd'.repeat(32);
  platform.run(
    "insert into plain_devices (id, project, name, created_by, created_at) values (?, ?, 'Box', ?, 1)",
    device,
    project.replaceAll('-', ''),
    account,
  );
  platform.run(
    "insert into plain_sessions (id, device, account, status, started_at, ended_at, reason) values (?, ?, ?, 'ended', ?, ?, 'exit')",
    'e'.repeat(32),
    device,
    account,
    Date.now() - 60_000,
    Date.now() - 30_000,
  );
}

/** Photo of three stripes, of which only the middle one is in its square, with a place in its EXIF data. */
async function photo(page: Page): Promise<Buffer> {
  const base64 = await page.evaluate<string>(`(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 1800, height: 600 });
    const context = canvas.getContext('2d');
    for (const [place, colour] of ['#f00', '#0a0', '#00f'].entries()) {
      context.fillStyle = colour;
      context.fillRect(place * 600, 0, 600, 600);
    }
    return canvas.toDataURL('image/jpeg').split(',')[1];
  })()`);
  const jpeg = Buffer.from(base64, 'base64');
  const exif = Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\b\0\0\0\0\0\0'), Buffer.from(SECRET)]);
  const head = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

async function choose(page: Page, name: string, mimeType: string, buffer: Buffer): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType, buffer });
}

const dialog = (page: Page) => page.getByRole('dialog', { name: 'Your picture' });
async function use(page: Page): Promise<void> {
  await dialog(page).getByRole('button', { name: 'Use picture' }).click();
  await dialog(page).waitFor({ state: 'detached' });
}

/** Name of Ada's picture as the relay has it; undefined for none. */
function stored(): Readonly<{ hash: string; type: string; content: Buffer }> | undefined {
  const [row] = relay.platform.rows('select * from account_pictures where account = ?', people.ada.account);
  return row === undefined
    ? undefined
    : { hash: String(row['hash']), type: String(row['type']), content: Buffer.from(row['content'] as Uint8Array) };
}

/** Colours of corners and middle of a picture, and its sides, as a browser decodes it. */
function look(page: Page, { type, content }: Readonly<{ type: string; content: Buffer }>): Promise<unknown> {
  return page.evaluate(`(async () => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(${JSON.stringify([...content])})], { type: '${type}' }));
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    const at = (x, y) => [...context.getImageData(x, y, 1, 1).data].slice(0, 3).map((part) => Math.round(part / 60)).join();
    const end = image.width - 2;
    return { sides: [image.width, image.height], colours: [...new Set([at(1, 1), at(end, 1), at(48, 48), at(1, end), at(end, end)])] };
  })()`);
}

const inMenu = (page: Page) => page.getByRole('button', { name: /^Account/ }).locator('img[data-picture="loaded"]');
const inList = (page: Page, name: string) =>
  page.getByRole('listitem').filter({ hasText: name }).locator('img[data-picture="loaded"]');

describe('a picture', () => {
  it('is made small of the middle of a photo, and nothing else of it leaves the page [S-PICTURE-4]', async () => {
    const { page } = ada;
    await inMenu(page).waitFor({ state: 'detached' });
    await choose(page, 'photo.jpg', 'image/jpeg', await photo(page));
    await dialog(page).getByText('Only this small picture leaves your browser').waitFor();
    await dialog(page).getByRole('img', { name: 'Your picture in a circle' }).waitFor();
    const shown = (): Promise<number[]> =>
      page.evaluate(`(({ width, height }) => [width, height])(document.querySelector('[role="dialog"] canvas'))`);
    await expect.poll(shown).toEqual([96, 96]);
    // Nothing is sent before the person has seen it.
    expect(stored()).toBeUndefined();
    await use(page);
    await inMenu(page).waitFor();
    const picture = stored();
    if (picture === undefined) throw new Error('no picture was stored');
    expect(picture.type).toBe('image/webp');
    expect(await look(page, picture)).toEqual({ sides: [96, 96], colours: ['0,3,0'] });
    expect(sent.filter((body) => body.includes('WEBP'))).toHaveLength(1);
    expect(Math.max(...sent.map(({ length }) => length))).toBeLessThanOrEqual(PLATFORM_LIMITS.picture);
    expect(sent.filter((body) => body.includes('Exif') || body.includes('GPS'))).toEqual([]);
  });

  it('is of the part of a photo that the person chooses by keys, and of the middle of the next one', async () => {
    const { page } = ada;
    const part = dialog(page).getByRole('slider', { name: 'Part of the picture' });
    const before = stored()?.hash;
    await choose(page, 'photo.jpg', 'image/jpeg', await photo(page));
    await part.press('End');
    await use(page);
    await expect.poll(() => stored()?.hash).not.toBe(before);
    const coloursOf = async () => await look(page, stored() ?? { type: '', content: Buffer.alloc(0) });
    expect(await coloursOf()).toEqual({ sides: [96, 96], colours: ['0,0,4'] });
    await choose(page, 'photo.jpg', 'image/jpeg', await photo(page));
    await part.waitFor();
    await use(page);
    await expect.poll(() => stored()?.hash).toBe(before);
    expect(await coloursOf()).toEqual({ sides: [96, 96], colours: ['0,3,0'] });
    // A square has no other part.
    await choose(page, 'square.png', 'image/png', Buffer.from(pngPicture(96, 96, [0, 200, 0])));
    await dialog(page).waitFor();
    expect(await part.count()).toBe(0);
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
  });

  it('is seen at once by people of the project, in their list, in the history, and not at an invited address', async () => {
    const { page } = ben;
    await inList(page, 'Ada').first().waitFor();
    const invited = page.getByRole('listitem').filter({ hasText: 'grace@example.org' });
    await invited.getByText('Invited by Ada').waitFor();
    expect(await invited.locator('img').count()).toBe(0);
    await page.getByRole('tab', { name: 'History' }).click();
    await inList(page, 'Ada → Box').waitFor();
    await page.getByRole('tab', { name: /^People/ }).click();
    // The picture is decoration beside the name.
    const names = await page.getByRole('list', { name: 'People' }).getByRole('img').count();
    expect(names).toBe(0);
  });

  it('is changed by one that is pasted or dropped', async () => {
    const { page } = ada;
    const before = stored()?.hash;
    const red = pngPicture(200, 120, [255, 0, 0]);
    await page.evaluate(
      `(async (bytes) => {
        const blob = new Blob([Uint8Array.from(bytes)], { type: 'image/png' });
        await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
      })(${JSON.stringify([...red])})`,
    );
    await page.keyboard.press('Control+V');
    await use(page);
    await expect.poll(() => stored()?.hash).not.toBe(before);
    expect(await look(page, stored() ?? { type: '', content: Buffer.alloc(0) })).toEqual({
      sides: [96, 96],
      colours: ['4,0,0'],
    });
    const pasted = stored()?.hash;
    await page.evaluate(
      `((bytes) => {
        const files = new DataTransfer();
        files.items.add(new File([Uint8Array.from(bytes)], 'a.png', { type: 'image/png' }));
        const send = (type) => document.body.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
        return [send('dragover'), send('drop')];
      })(${JSON.stringify([...pngPicture(60, 90, [0, 0, 255])])})`,
    );
    await use(page);
    await expect.poll(() => stored()?.hash).not.toBe(pasted);
    // A small one isn't made larger.
    expect(await look(page, stored() ?? { type: '', content: Buffer.alloc(0) })).toMatchObject({ sides: [60, 60] });
    await expect
      .poll(() => inList(ben.page, 'Ada').first().getAttribute('src'))
      .toBe(`/api/v1/pictures/${stored()?.hash}`);
  });

  it('stays as it was if a file is no picture of pixels, is broken or too large', async () => {
    const { page } = ada;
    const before = stored()?.hash;
    const problem = page.getByRole('alert');
    const svg = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
    );
    for (const [name, type, content] of [
      ['drawing.svg', 'image/svg+xml', svg],
      ['drawing.png', 'image/png', svg],
      ['broken.png', 'image/png', Buffer.from(pngPicture().subarray(0, 40))],
      ['letter.txt', 'text/plain', Buffer.from('Dear Ada')],
      ['empty.png', 'image/png', Buffer.alloc(0)],
    ] as const) {
      await choose(page, name, type, content);
      await problem.getByText('Choose a JPEG, PNG or WebP file.').waitFor();
      expect(await dialog(page).count()).toBe(0);
      // A picture takes the message away.
      await choose(page, 'good.png', 'image/png', Buffer.from(pngPicture()));
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      await problem.waitFor({ state: 'detached' });
    }
    const large = join(temporaryDirectory(), 'large.png');
    writeFileSync(large, Buffer.concat([pngPicture(), Buffer.alloc(32 * 1024 * 1024)]));
    await page.locator('input[type=file]').setInputFiles(large);
    await problem.getByText('Choose a smaller one.').waitFor();
    expect(stored()?.hash).toBe(before);
    await page.reload();
  });

  it('waits for another try if the relay is away', async () => {
    const { page } = ada;
    const before = stored()?.hash;
    await page.route('**/account/picture', async (route) => await route.abort());
    await choose(page, 'green.png', 'image/png', Buffer.from(pngPicture(96, 96, [0, 200, 0])));
    await dialog(page).getByRole('button', { name: 'Use picture' }).click();
    await dialog(page).locator('[data-code="platform.unreachable"]').waitFor();
    expect(stored()?.hash).toBe(before);
    await page.unroute('**/account/picture');
    await use(page);
    expect(stored()?.hash).not.toBe(before);
  });

  it('is chosen and removed without a mouse, and initials are back everywhere', async () => {
    const { page } = ada;
    await moveFocus(page, /button "Change picture"/);
    await page.keyboard.press('Enter');
    await expect.poll(() => choosers.length).toBe(1);
    await choosers[0]?.setFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from(pngPicture()) });
    await dialog(page).waitFor();
    await moveFocus(page, /button "Use picture"/);
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => focused(page)).toContain('Change picture');
    await page.getByRole('status').getByText('Your picture was changed.').waitFor();
    await moveFocus(page, /button "Remove picture"/);
    await page.keyboard.press('Enter');
    await page.getByRole('status').getByText('Your picture was removed.').waitFor();
    await expect.poll(() => focused(page)).toContain('Choose picture');
    expect(stored()).toBeUndefined();
    await expect.poll(() => page.locator('img').count()).toBe(0);
    await expect.poll(() => ben.page.locator('img').count()).toBe(0);
  });

  it('that can not be loaded leaves the initials', async () => {
    const { page } = ben;
    await people.ada.client.call('account.setPicture', { input: { type: 'image/png', bytes: pngPicture() } });
    await inList(page, 'Ada').first().waitFor();
    await page.route('**/pictures/*', async (route) => await route.abort());
    await page.reload();
    await page.getByRole('list', { name: 'People' }).getByText('Ada', { exact: true }).waitFor();
    await expect.poll(() => page.locator('img').count()).toBe(0);
    await page.getByRole('listitem').filter({ hasText: 'Ada' }).getByText('A', { exact: true }).first().waitFor();
    await page.unroute('**/pictures/*');
  });

  it('is a PNG, as large as fits, where the browser can not encode WebP', async () => {
    const { page, complaints } = await relay.open(browser, '/', { person: people.ada });
    await page.addInitScript(`{
      const { toBlob } = HTMLCanvasElement.prototype;
      HTMLCanvasElement.prototype.toBlob = function (take) { toBlob.call(this, take, 'image/png'); };
    }`);
    await page.goto(`${relay.origin}/settings`);
    // Noise, which no encoder makes small.
    const noise = await page.evaluate<string>(`(() => {
      const canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 96 });
      const context = canvas.getContext('2d');
      const image = context.createImageData(96, 96);
      for (let at = 0; at < image.data.length; at += 1) image.data[at] = at % 4 === 3 ? 255 : Math.random() * 256;
      context.putImageData(image, 0, 0);
      return canvas.toDataURL('image/png').split(',')[1];
    })()`);
    await choose(page, 'noise.png', 'image/png', Buffer.from(noise, 'base64'));
    await use(page);
    const picture = stored();
    expect(picture?.type).toBe('image/png');
    expect(picture?.content.length).toBeLessThanOrEqual(PLATFORM_LIMITS.picture);
    expect(await look(page, picture ?? { type: '', content: Buffer.alloc(0) })).toMatchObject({ sides: [64, 64] });
    await inMenu(page).waitFor();
    expect(complaints).toEqual([]);
  });

  it('leaves nothing for the browser to complain of', () => {
    expect([...ada.complaints, ...ben.complaints]).toEqual([]);
  });
});
