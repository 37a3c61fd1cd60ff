import { describe, expect, test } from 'vitest';
import { findChromium } from '#test/support/chromium/launch.ts';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** Relays on servers in a real browser, with an agent in the page. */
describe.skipIf(findChromium() === undefined)('a relay that is set up on a server', () => {
  let browser: StoryBrowser;
  shareAmongTests(async (defer) => {
    browser = await StoryBrowser.launch(process.env['CLAWREACH_TEST_STORIES']);
    defer(() => browser.close());
  });

  async function open(name: string): Promise<void> {
    await browser.clear({});
    await browser.openStory(`relay-server/${name}`, {});
  }
  const button = (name: string) => browser.page.getByRole('button', { name, exact: true });
  const see = (words: string | RegExp) => browser.page.getByText(words).first().waitFor();

  test('in the background shows its step, opens, and goes on when it is left', async () => {
    await open('list deploying');
    await see('Copy the package');
    await button('Show progress').click();
    await browser.page
      .getByRole('dialog')
      .getByRole('heading', { name: /^Setting up a relay at/ })
      .waitFor();
    await button('Continue in background').click();
    await button('Show progress').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('in the background says that it waits for an answer', async () => {
    await open('list deploying, asked');
    await see('Needs your answer');
    // Rows have no filled button.
    expect(await browser.page.locator('button[class*="_primary_"]').count()).toBe(0);
    await button('Answer').click();
    await button('Check again').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('is said in plain words not to have answered', async () => {
    await open('unreachable');
    await see(/^wss:\/\/\S+ didn't answer in time\.$/);
    expect(await browser.page.getByText('ETIMEDOUT').count()).toBe(0);
  });

  test('cannot be left while it is cancelled', async () => {
    await open('copying');
    await button('Continue in background').waitFor();
    await button('Cancel').click();
    await see('Cancelling…');
    expect(await button('Continue in background').count()).toBe(0);
  });

  test.each([
    ['sudo', /and to set up the relay/],
    ['list checking, sudo', /Nothing is changed\./],
    ['list removing, sudo', /and to remove it/],
  ])('says why root is needed: %s', async (story, words) => {
    await open(story);
    await see(words);
    expect(browser.complaints).toEqual([]);
  });

  test('takes the password of the sign-in for sudo, at a press', async () => {
    await open('sudo, same');
    await button('Same as for signing in').click();
    await expect.poll(() => browser.page.evaluate('document.documentElement.dataset.answered')).toBe('same');
    await open('sudo');
    await see(/and to set up the relay/);
    expect(await button('Same as for signing in').count()).toBe(0);
  });

  test('is offered to a machine without it, and the offer can be withdrawn', async () => {
    await open('missing, asking');
    await button('Offer it to office').click();
    await see('Waiting for an answer in the Inbox of office…');
    expect(await button('Offer it to office').count()).toBe(0);
    await button('Cancel').click();
    await button('Offer it to office').waitFor();
    await browser.page.getByText('By command').click();
    await see(/^clawreach config relay wss:/);
    expect(browser.complaints).toEqual([]);
  });

  test.each([
    [
      'missing, relay of this network',
      "is an address of this network, so machines reach your relay only while they're in it.",
      'Make it reachable',
    ],
    ['missing, relay not tested', 'No machine outside this network has tested yet', 'Relay settings'],
  ])('is offered with its reach, and the way to a wider one: %s', async (story, words, way) => {
    await open(story);
    await button('Offer it to office').waitFor();
    await see(words);
    await button(way).waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('that machines anywhere can reach is offered without a word on its reach', async () => {
    await open('missing at one machine');
    await button('Offer it to office').waitFor();
    expect(await browser.page.locator('[data-relay-reach]').count()).toBe(0);
  });

  test('names the machine that uses it after the offer, and still says that it is of this network', async () => {
    await open('missing, joins');
    await button('Offer it to office').click();
    await see('office uses it too');
    await see("is an address of this network, so machines reach your relay only while they're in it.");
    expect(await browser.page.getByText('By command').count()).toBe(0);
    expect(await button('Offer it to office').count()).toBe(0);
    await expect.poll(() => browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('says that an offer was declined, and offers it again', async () => {
    await open('missing, declined');
    await button('Offer it to office').click();
    await see("The other machine's user declined your relay.");
    await button('Offer it to office').click();
    await see("The other machine's user declined your relay.");
    expect(browser.complaints).toEqual([]);
  });

  test('says that it was accepted where the machine is not connected to it yet', async () => {
    await open('missing, not online yet');
    await button('Offer it to office').click();
    await see("office accepted it, but isn't connected to it yet.");
    expect(await button('Offer it to office').count()).toBe(0);
  });

  test('is a line with one button on the page of a machine: the offer and its command are in a dialog', async () => {
    await open('notice at a machine');
    await see("office doesn't use your relay yet. Away from this network it can't be reached.");
    expect(await browser.page.getByText('By command').count()).toBe(0);
    await button('Offer relay…').click();
    await button('Offer it to office').waitFor();
    await browser.page.getByText('By command').click();
    await see(/^clawreach config relay wss:/);
    await button('Close').first().click();
    await button('Dismiss').click();
    await button('Offer relay…').waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('is made reachable before it is offered', async () => {
    await open('notice at a machine, relay of this network');
    await see("Your relay works in this network only. Elsewhere office can't be reached.");
    await button('Make it reachable').waitFor();
    expect(await browser.page.getByRole('button', { name: /^Offer/ }).count()).toBe(0);
  });

  test.each([
    ['relay/host off', 'secondary'],
    ['relay/host off, another relay away', 'secondary'],
    ['relay/host off, no relay', 'primary'],
  ])('leaves the relay of this machine the main thing only where there is none: %s', async (story, variant) => {
    await browser.clear({});
    await browser.openStory(story, {});
    expect(await button('Start relay').getAttribute('class')).toMatch(new RegExp(`_${variant}_`));
  });

  test.each([
    ['plan', 1],
    ['list update', 0],
    ['list update with another port', 1],
  ])("names the provider's firewall where a port opens: %s", async (story, count) => {
    await open(story);
    await see(/^Nothing has changed yet/);
    expect(await browser.page.getByText(/Allow port 7474 \(TCP and UDP\)/).count()).toBe(count);
  });
});
