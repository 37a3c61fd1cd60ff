import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { qrFilm, qrPng } from '#test/support/renderer/qr-pictures.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

const hasChromium = findChromium() !== undefined;
if (!hasChromium) process.stderr.write('No Chromium here: reading QR codes is left out.\n');

const LINK =
  'clawreach://pair?v=1&relay=wss%3A%2F%2Frelay.example.net%3A7474&key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' +
  '&peer=CP5AZN7S3S1PH93DJTZY22HKBJ29TXNZS495Q97E6PX08KMRWCPQFG0A&secret=AAECAwQFBgcICQoLDA0ODw';

const ADD_LINK =
  'clawreach://add?v=1&relay=wss%3A%2F%2Frelay.example.net%3A7474&key=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8' +
  '&peer=CP5AZN7S3S1PH93DJTZY22HKBJ29TXNZS495Q97E6PX08KMRWCPQFG0A';

describe.skipIf(!hasChromium)('the QR code of an invitation', () => {
  let folder: string;
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    folder = mkdtempSync(join(tmpdir(), 'clawreach-scan-'));
    defer(() => rmSync(folder, { recursive: true, force: true }));
    const film = join(folder, 'camera.y4m');
    writeFileSync(film, qrFilm(LINK));
    browser = await StoryBrowser.launch(undefined, {
      camera: film,
      permissions: ['camera'],
    });
    defer(() => browser.close());
  });

  const field = (): Promise<string> => browser.page.getByLabel('Code or link').inputValue();
  const state = (wanted: string): Promise<void> => browser.page.locator(`[data-scan="${wanted}"]`).waitFor();
  const choose = async (buffer: Buffer, name = 'invitation.png', mimeType = 'image/png'): Promise<void> => {
    await browser.page.locator('input[type="file"]').setInputFiles({ name, mimeType, buffer });
  };

  test('is read by the camera, which is on for so long and no longer; nothing is sent by it [S-PAIR-15]', async () => {
    await browser.openStory('pairing/scan');
    await browser.page.getByRole('button', { name: 'Scan with camera' }).click();
    await state('done');
    await expect.poll(field).toBe(LINK);
    expect(await browser.page.locator('video').count()).toBe(0);
    // What the application was asked, in this order: the camera is closed to the page again as soon as it has it.
    await expect.poll(() => browser.page.evaluate('globalThis.cameraAsked')).toEqual([true, false, false]);
    await expect
      .poll(() => browser.page.locator('form').getByRole('button', { name: 'Pair', exact: true }).isVisible())
      .toBe(true);
    expect(browser.complaints).toEqual([]);
  });

  test('is not looked for when the person thinks better of it, or the system keeps the camera to itself', async () => {
    await browser.openStory('pairing/choose');
    await browser.openStory('pairing/scan');
    const camera = 'navigator.mediaDevices.getUserMedia';
    await browser.page.evaluate(`globalThis.honest = ${camera}.bind(navigator.mediaDevices)`);
    await browser.page.evaluate(`${camera} = () => new Promise(() => undefined)`);
    await browser.page.getByRole('button', { name: 'Scan with camera' }).click();
    await state('starting');
    await browser.page.getByRole('button', { name: 'Stop' }).click();
    await state('idle');
    expect(await browser.page.locator('video').count()).toBe(0);
    await browser.page.evaluate(`${camera} = () => Promise.reject(new DOMException('', 'NotAllowedError'))`);
    await browser.page.getByRole('button', { name: 'Scan with camera' }).click();
    await state('refused');
    await browser.page.evaluate(`${camera} = globalThis.honest`);
    expect(await field()).toBe('');
  });

  test('is read from an image', async () => {
    await browser.openStory('pairing/choose');
    await browser.openStory('pairing/scan');
    await choose(qrPng(LINK));
    await state('done');
    await expect.poll(field).toBe(LINK);
    expect(browser.complaints).toEqual([]);
  });

  test('of a device that waits to be added fills the form that adds it, and contacts no one [S-PAIR-15]', async () => {
    await browser.openStory('pairing/choose');
    await browser.openStory('pairing/scan');
    await choose(qrPng(ADD_LINK));
    const idField = browser.page.getByLabel('ID of the other machine');
    await expect.poll(() => idField.inputValue()).toBe(ADD_LINK);
    expect(await browser.page.locator('[data-adding]').getAttribute('data-adding')).toBe('choose');
    expect(browser.complaints).toEqual([]);
  });

  test('of such a device can be pasted into either field', async () => {
    await browser.openStory('pairing/choose');
    await browser.openStory('pairing/scan');
    await browser.page.getByLabel('Code or link').fill(` ${ADD_LINK}\n`);
    const idField = browser.page.getByLabel('ID of the other machine');
    await expect.poll(() => idField.inputValue()).toBe(ADD_LINK);
    await browser.openStory('adding/waiting');
    await browser.openStory('adding/enter an id');
    await idField.fill(ADD_LINK.slice(0, -3));
    await idField.press('Enter');
    await browser.page.getByRole('alert').filter({ hasText: 'eight groups' }).waitFor();
    await idField.fill(ADD_LINK);
    await idField.press('Enter');
    await browser.page.locator('[data-adding="waiting"]').waitFor({ state: 'attached' });
  });

  test('that a waiting device shows is read from a photograph of its screen', async () => {
    await browser.openStory('pairing/choose');
    await browser.openStory('adding/browser waiting');
    const shown = browser.page.getByRole('img', { name: 'QR code of this browser' });
    await shown.waitFor();
    const photograph = await shown.screenshot();
    await browser.openStory('pairing/choose');
    await browser.openStory('pairing/scan');
    await choose(photograph);
    await expect
      .poll(() => browser.page.getByLabel('ID of the other machine').inputValue())
      .toContain('clawreach://add?v=1');
  });

  test.each([
    ['an unfinished link to add', 'other', qrPng('clawreach://adding?v=1')],
    ['another link', 'other', qrPng('https://evil.example/pair?clawreach://pair?v=1')],
    ['another scheme', 'other', qrPng('javascript:alert(1)')],
    ['more than a link can be long', 'other', qrPng(`clawreach://pair?v=1${'&'.repeat(1100)}`, 2)],
    ['no picture', 'no-image', Buffer.from('no picture at all')],
  ])('that holds %s is not taken [S-PAIR-15]', async (_what, problem, image) => {
    await browser.openStory('pairing/choose');
    await browser.openStory('pairing/scan');
    await choose(image);
    await state(problem);
    expect(await field()).toBe('');
    expect(browser.complaints).toEqual([]);
  });
});
