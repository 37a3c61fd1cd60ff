import { describe, expect, test } from 'vitest';
import { StoryBrowser } from '#test/support/renderer/story-browser.ts';
import { shareAmongTests } from '#test/support/shared.ts';

/** The dialog of pairing and the first run in a real browser, with an agent in the page, by keyboard alone. */
let browser: StoryBrowser;
shareAmongTests(async (defer) => {
  browser = await StoryBrowser.launch();
  defer(() => browser.close());
});

async function open(name: string): Promise<void> {
  // Cleared first: a story that stands there already would go on where the test before left it.
  await browser.clear();
  await browser.openStory(name);
}
function focused(): Promise<string> {
  return browser.page.evaluate<string>(
    '(document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "").trim()',
  );
}
async function press(...keys: readonly string[]): Promise<void> {
  for (const key of keys) await browser.page.keyboard.press(key);
}
/** Walks on with Tab until this has the focus. */
async function tabTo(name: string): Promise<void> {
  for (let step = 0; step < 20; step += 1) {
    if ((await focused()) === name) return;
    await press('Tab');
  }
  throw new Error(`${name} cannot be reached with Tab`);
}
const dialog = () => browser.page.getByRole('dialog');
const heading = (name: string) => dialog().getByRole('heading', { name });
const field = () => browser.page.getByLabel('Code or link');
const FIELD = 'input[data-code-field]';
const isFieldFocused = () => browser.page.evaluate<boolean>(`document.activeElement?.matches('${FIELD}') === true`);

describe('the first screen', () => {
  const primaries = () => browser.page.locator('button[class*=primary]').allInnerTexts();

  test('takes a code at once, and its one primary button is the next to press', async () => {
    await open('first-run/no machine found');
    await expect.poll(isFieldFocused).toBe(true);
    await expect.poll(primaries).toEqual(['Show code']);
    await browser.page.keyboard.type('abcd1234');
    await expect.poll(() => field().inputValue()).toBe('ABCD-1234');
    expect(await primaries()).toEqual(['Pair']);
    await open('first-run/without a relay');
    await expect.poll(primaries).toEqual(['Enter its code']);
  });

  test('shows names, addresses and buttons beside each other in the dialog of a phone', async () => {
    await browser.clear({ width: 360 });
    await browser.openStory('pairing/choose', { width: 360 });
    const rows = dialog().getByRole('listitem').filter({ hasText: '192.168.4' });
    await expect.poll(() => rows.count()).toBe(2);
    for (const row of await rows.all()) {
      const whole = await row.evaluate((element) => element.scrollHeight - element.clientHeight);
      expect(whole).toBeLessThanOrEqual(0);
    }
    await browser.clear({ width: 1200 });
  });

  test('comes back by Escape after a machine was chosen', async () => {
    await open('first-run/without a relay');
    const choose = browser.page.getByRole('button', { name: /^Enter its code/ });
    await choose.first().click();
    await browser.page.getByRole('heading', { name: 'Enter its code here' }).waitFor();
    await press('Escape');
    await expect.poll(() => choose.count()).toBe(2);
  });

  test('keeps the field in its place when machines are found', async () => {
    const top = async (): Promise<number | undefined> => (await field().boundingBox())?.y;
    await open('first-run/no machine found');
    const alone = await top();
    await open('first-run/without a relay');
    expect(await browser.page.getByRole('button', { name: /^Enter its code/ }).count()).toBe(2);
    expect(await top()).toBe(alone);
  });

  test('has no bar below the page in a narrow window', async () => {
    await browser.clear();
    await browser.openStory('app/first run', { width: 400, height: 640 });
    await browser.page.getByRole('button', { name: 'Skip for now' }).waitFor();
    const bars = await browser.page.evaluate<readonly number[]>(`(() => {
      let at = document.querySelector('[data-code-field]');
      while (getComputedStyle(at).overflowY !== 'auto') at = at.parentElement;
      return [at.offsetWidth - at.clientWidth, at.offsetHeight - at.clientHeight];
    })()`);
    expect(bars).toEqual([10, 0]);
  });

  test('takes a code that is typed after a click beside the field', async () => {
    await open('first-run/no machine found');
    await expect.poll(isFieldFocused).toBe(true);
    await browser.page.getByRole('heading', { level: 1 }).click();
    expect(await isFieldFocused()).toBe(false);
    await browser.page.keyboard.type('abcd');
    await expect.poll(() => field().inputValue()).toBe('ABCD');
  });
});

describe('a machine of the network', () => {
  test('is chosen: what to press there and the field for its code stand alone, and the first is done once it shows a code', async () => {
    await open('pairing/choose, a machine that shows no code yet');
    await heading('On 192.168.4.4, press “Show code”').waitFor();
    await dialog().getByText('Its name is hidden until it shows a code').waitFor();
    await expect.poll(isFieldFocused).toBe(true);
    expect(await dialog().getByRole('button', { name: 'Show code' }).count()).toBe(0);
    await browser.page.keyboard.type('abcd');
    await browser.page.evaluate('dispatchEvent(new Event("code-shown"))');
    await heading('fileserver shows a code now').waitFor();
    // Its name doesn't disturb the typing.
    await browser.page.keyboard.type('1234');
    await expect.poll(() => field().inputValue()).toBe('ABCD-1234');
    await press('Enter');
    await heading('Do both screens show these words?').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('leads back to the others', async () => {
    await open('pairing/choose, a machine of the network');
    await heading('office shows a code now').waitFor();
    await dialog().getByRole('button', { name: 'Other machines' }).click();
    await dialog().getByRole('button', { name: 'Enter its code: 192.168.4.4' }).waitFor();
    expect(await heading('office shows a code now').count()).toBe(0);
  });

  test('keeps the choice that a row of Machines has made', async () => {
    await open('discovery/several at one address');
    await browser.page.getByRole('button', { name: 'Enter its code: 192.168.4.4:7475' }).click();
    await heading('On 192.168.4.4:7475, press “Show code”').waitFor();
    await expect.poll(isFieldFocused).toBe(true);
    expect(browser.complaints).toEqual([]);
  });
});

describe('joining by keyboard alone', () => {
  test('a code is typed, the words match, and the terminal button has the focus', async () => {
    await open('pairing/join empty');
    await expect.poll(isFieldFocused).toBe(true);
    await browser.page.keyboard.type('abcdl234');
    await expect.poll(() => field().inputValue()).toBe('ABCD-1234');
    await press('Enter');
    await heading('Do both screens show these words?').waitFor();
    // A second Enter of the same hurry answers nothing.
    await press('Enter', 'Enter');
    await expect.poll(() => heading('Do both screens show these words?').isVisible()).toBe(true);
    await tabTo('They match');
    await press('Enter');
    await heading('office is paired.').waitFor();
    await expect.poll(focused).toBe('Open terminal');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('a click on its way to Cancel does not answer for the words that come in its place', async () => {
    await open('pairing/join empty');
    await expect.poll(isFieldFocused).toBe(true);
    await field().fill('ABCD-1234');
    // Watched before the key goes: a browser may take a key before what it was asked earlier.
    await browser.page.evaluate(`void (globalThis.atFirst = new Promise((resolve) => {
      const look = () => {
        const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'They match');
        if (button !== undefined) resolve(getComputedStyle(button).pointerEvents);
      };
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    }))`);
    await press('Enter');
    expect(await browser.page.evaluate<string>('globalThis.atFirst')).toBe('none');
    // As soon as it can be clicked.
    await dialog().getByRole('button', { name: 'They match' }).click();
    await heading('office is paired.').waitFor();
  });

  test('a letter in the middle is mended without the cursor running away', async () => {
    await open('pairing/join empty');
    await expect.poll(isFieldFocused).toBe(true);
    await browser.page.keyboard.type('abxd1234');
    for (let left = 0; left < 6; left += 1) await press('ArrowLeft');
    await press('Backspace');
    await browser.page.keyboard.type('c');
    await expect.poll(() => field().inputValue()).toBe('ABCD-1234');
    expect(await browser.page.evaluate<number>('document.activeElement.selectionStart')).toBe(3);
  });

  test('a wrong code stays selected in the field, and the next one replaces it', async () => {
    await open('pairing/join error pairing.wrong-code');
    await browser.page
      .getByRole('alert')
      .filter({
        hasText: 'Wrong code. A code is good for one try: show a new one on the other machine, and enter it here.',
      })
      .waitFor();
    expect(await field().inputValue()).toBe('ABCD-1234');
    expect(await dialog().getByRole('button', { name: 'Enter another code' }).count()).toBe(0);
    expect(await browser.page.locator('button[class*=primary]').allInnerTexts()).toEqual(['Pair']);
    // The story is faster than the dialog, which may focus itself after the field.
    for (let step = 0; step < 20 && !(await isFieldFocused()); step += 1) await press('Tab');
    await browser.page.keyboard.type('wxyz9876');
    await expect.poll(() => field().inputValue()).toBe('WXYZ-9876');
    expect(await browser.page.getByRole('alert').filter({ hasText: /wrong/i }).count()).toBe(0);
  });

  test('a wrong code on the first screen leaves it selected in the field, and the machine is said to need a new one', async () => {
    await open('first-run/wrong code');
    await browser.page
      .getByRole('button', { name: /^Enter its code/ })
      .first()
      .click();
    await browser.page.getByText('office shows a code now').waitFor();
    await field().fill('ABCD-1234');
    await browser.page.locator('form').getByRole('button', { name: 'Pair', exact: true }).click();
    await dialog().waitFor();
    await dialog().waitFor({ state: 'detached' });
    await browser.page.getByText('On office, press “Show code”').waitFor();
    await expect.poll(isFieldFocused).toBe(true);
    await browser.page.keyboard.type('wxyz9876');
    await expect.poll(() => field().inputValue()).toBe('WXYZ-9876');
  });

  test('a request that arrives beside the new machine is named in the dialog, and leads to it', async () => {
    await open('pairing/done, and a request arrives');
    await heading('office is paired.').waitFor();
    await dialog().getByText('office asks this machine for approval now.').waitFor();
    await dialog().getByRole('button', { name: 'Review' }).click();
    await dialog().waitFor({ state: 'detached' });
    expect(browser.complaints).toEqual([]);
  });

  test('a machine whose words were compared before is paired without the question, and its words are shown', async () => {
    await open('pairing/done again');
    await heading('office is paired.').waitFor();
    await dialog().getByText('You have compared its words before, and it has the same key.').waitFor();
    await dialog().getByText('velvet').waitFor();
    expect(await dialog().getByRole('button', { name: 'They match' }).count()).toBe(0);
  });

  test('a machine that is paired again is told to keep what was allowed, and no words wait there once it has confirmed them', async () => {
    await open('pairing/done, keeps what was allowed');
    await heading('office is paired.').waitFor();
    await dialog()
      .getByText(/^office keeps what you allowed before: terminals until .*, localhost:8080\. It has to ask/)
      .waitFor();
    expect(await dialog().getByText('confirm them there too').count()).toBe(0);
    await open('pairing/done');
    await heading('office is paired.').waitFor();
    await dialog().getByText('If office still shows them, confirm them there too.').waitFor();
  });

  test('a code beside the one that a machine of the network shows is said to be another one', async () => {
    await open('pairing/join error pairing.not-found');
    await browser.page.getByRole('alert').filter({ hasText: 'office shows another code: check yours.' }).waitFor();
    expect(await browser.page.getByText('no machine in this network shows it').count()).toBe(0);
  });

  test.each([
    ['choose, another code than the machine shows', 'office shows another code. Compare it letter by letter.'],
    ['choose, a code of a machine that shows none', '192.168.4.4 shows no code now. Press “Show code” there'],
    ['join error pairing.not-there', 'The machine at 192.168.4.20:7473 shows another code, or none.'],
  ])('%s: the machine that answered is named, and one button changes the code', async (story, sentence) => {
    await open(`pairing/${story}`);
    await browser.page.getByRole('alert').filter({ hasText: sentence }).waitFor();
    await expect.poll(() => field().getAttribute('aria-invalid')).toBe('true');
    for (const name of ['Try again', 'Enter a relay address'])
      expect(await dialog().getByRole('button', { name }).count()).toBe(0);
    await dialog().getByRole('button', { name: 'Change the code' }).click();
    await expect.poll(isFieldFocused).toBe(true);
    await browser.page.keyboard.type('efgh5678');
    await expect.poll(() => field().inputValue()).toBe('EFGH-5678');
  });

  test('a code that no machine shows marks the field, keeps the code, and leaves Connect the one primary button', async () => {
    await open('pairing/join error, no code shown');
    await browser.page.getByRole('alert').filter({ hasText: 'Check the code' }).waitFor();
    await expect.poll(() => field().getAttribute('aria-invalid')).toBe('true');
    expect(await field().inputValue()).toBe('ABCD-1234');
    await dialog().getByRole('button', { name: 'Enter its address' }).click();
    await dialog().getByLabel('Address of the other machine').waitFor();
  });

  test('where machines find no other, the address has its field beside the code, on both sides', async () => {
    await open('pairing/invite, no home network');
    await dialog().getByLabel('Address of the other machine').waitFor();
    await dialog().getByText('Enter this address there too').waitFor();
    await dialog().getByText('192.168.4.20:7473').waitFor();
    expect(await dialog().getByText('finds this one by the code').count()).toBe(0);
    await open('pairing/join, no home network');
    const address = dialog().getByLabel('Address of the other machine');
    await expect.poll(() => address.getAttribute('aria-invalid')).toBe('true');
    await browser.page.getByRole('alert').filter({ hasText: "machines can't find each other here" }).waitFor();
  });

  test('half a code is told at the field', async () => {
    await open('pairing/join typing');
    await field().focus();
    await press('Enter');
    await browser.page.getByRole('alert').filter({ hasText: 'eight letters and digits' }).waitFor();
    await expect.poll(() => field().getAttribute('aria-invalid')).toBe('true');
    await expect.poll(isFieldFocused).toBe(true);
    await field().fill('ABCD-9876KTDT00D9');
    await browser.page.getByRole('alert').filter({ hasText: 'too long for a code' }).waitFor();
    expect(await browser.page.getByText('never a U').count()).toBe(0);
  });

  test('a whole link is known as one, and nothing is sent before Connect', async () => {
    await open('pairing/join link');
    await dialog().getByText('A link from').waitFor();
    await expect.poll(() => heading('Pair a machine').isVisible()).toBe(true);
  });

  test('a code that no machine shows here leads to a relay, and what was typed is there afterwards', async () => {
    await open('pairing/join relay first');
    await heading('Add a relay').waitFor();
    await press('Tab');
    await tabTo('Back');
    await press('Enter');
    await expect.poll(() => field().inputValue()).toBe('ABCD-1234');
  });

  test('a certificate of its own is trusted by looking, never by Enter', async () => {
    await open('pairing/join error relay.untrusted');
    await tabTo('Compare the fingerprint');
    await press('Enter');
    await dialog().getByText('3f9a c41e 07d2 5b86').waitFor();
    await expect.poll(focused).toBe('Does the fingerprint match?');
    await tabTo('It differs');
    await press('Enter');
    await dialog().getByText('Wrong relay, or someone is intercepting.').waitFor();
  });
});

describe('words that differ', () => {
  test('have the peer forgotten, and lead to a link', async () => {
    await open('pairing/words');
    await heading('Do both screens show these words?').waitFor();
    await tabTo('They differ');
    await press('Enter');
    await heading('Not paired').waitFor();
    await expect.poll(() => dialog().textContent()).toContain('office was removed');
    await tabTo('Create link');
    await press('Enter');
    await dialog().getByRole('img', { name: 'QR code of the invitation link' }).waitFor();
  });
});

describe('inviting', () => {
  test('an expired code is said, and the button for a new one has the focus', async () => {
    await open('pairing/invite expired');
    await dialog().getByText('This code has expired.').first().waitFor();
    await expect.poll(focused).toBe('Create new code');
  });

  test('the pin stands beside a code, folded until it is asked for', async () => {
    await open('pairing/invite waiting with a pin');
    const copy = browser.page.getByRole('button', { name: 'Copy fingerprint' });
    await browser.page.getByText('Relay fingerprint').waitFor();
    expect(await copy.isVisible()).toBe(false);
    await browser.page.getByText('Relay fingerprint').click();
    await copy.waitFor();
  });

  test('a button leads from the code to the link, which has a heading of its own, and back to the same code', async () => {
    await open('pairing/invite without a relay');
    await dialog().getByRole('group', { name: 'Pairing code A B C D - 1 2 3 4' }).waitFor();
    await tabTo('Link and QR code');
    await press('Enter');
    await dialog().getByRole('img', { name: 'QR code of the invitation link' }).waitFor();
    await heading('Link and QR code').waitFor();
    await dialog().getByText('Scan it with the other machine').waitFor();
    expect(await dialog().getByText('Type it on the other machine.').count()).toBe(0);
    await dialog().getByText('The code ABCD-1234 stays valid too').waitFor();
    await tabTo('Back to the code');
    await press('Enter');
    await dialog().getByRole('group', { name: 'Pairing code A B C D - 1 2 3 4' }).waitFor();
    await heading('Show a code').waitFor();
    await dialog().getByText('The link stays valid too').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('a link over the relay leaves the code valid', async () => {
    await open('pairing/invite waiting');
    await tabTo('Link and QR code');
    await press('Enter');
    await dialog().getByText('The code ABCD-1234 stays valid too').waitFor();
    expect(await dialog().getByText('the relay holds one of the two at a time').count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('a link over a relay of an earlier version replaces the code, which is said before', async () => {
    await open('pairing/invite at an older relay');
    await dialog().getByText('It replaces the code: the relay holds one of the two at a time.').waitFor();
    await tabTo('Link and QR code');
    await press('Enter');
    await dialog().getByRole('img', { name: 'QR code of the invitation link' }).waitFor();
    expect(await dialog().getByRole('button', { name: 'Back to the code' }).count()).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('a code that ended because another was entered says so', async () => {
    await open('pairing/invite, ended by a code');
    await dialog().getByText("It ended when you entered another machine's code.").waitFor();
    expect(await dialog().getByRole('button', { name: 'Create new code' }).count()).toBe(1);
    expect(browser.complaints).toEqual([]);
  });

  test('Escape closes at once while nobody is there, and asks when somebody is', async () => {
    await open('pairing/invite waiting');
    await dialog().getByRole('group', { name: 'Pairing code A B C D - 1 2 3 4' }).waitFor();
    await press('Escape');
    await dialog().waitFor({ state: 'detached' });

    await open('pairing/invite joined');
    await dialog().getByText('Confirming on both sides').waitFor();
    await press('Escape');
    await dialog().getByText('Pairing is in progress. Stop it?').waitFor();
    await expect.poll(focused).toBe('Continue');
    await press('Enter');
    await dialog().getByText('Pairing is in progress. Stop it?').waitFor({ state: 'detached' });
    await press('Escape');
    await tabTo('Stop pairing');
    await press('Enter');
    await dialog().waitFor({ state: 'detached' });
  });

  test('the time that is left is not read aloud each second', async () => {
    await open('pairing/invite waiting');
    const timer = dialog().getByRole('timer');
    await timer.waitFor();
    const live = '[aria-live], [role=status], [role=alert]';
    expect(await browser.page.evaluate(`document.querySelector('[role=timer]').closest('${live}')`)).toBeNull();
    await expect.poll(() => dialog().locator('[data-announcer]').textContent()).toBe('Waiting for the other machine');
  });
});

test('the button that tests a relay from a machine is level with the choice of the machine', async () => {
  await open('relay/host to test');
  const boxes = [
    browser.page.getByRole('combobox', { name: 'Test from' }),
    browser.page.getByRole('button', { name: 'Test', exact: true }),
  ].map(async (control) => {
    const box = await control.boundingBox();
    return [box?.y, box?.height];
  });
  const [choice, button] = await Promise.all(boxes);
  expect(button).toEqual(choice);
});

describe('the form for a relay', () => {
  test('has the fingerprint of the present relay while its address stands there, in groups, and can be cancelled', async () => {
    await open('settings/change relay');
    const pin = dialog().getByLabel('Fingerprint');
    await expect.poll(() => pin.inputValue()).toMatch(/^3f9a c41e (?:[0-9a-f]{4} ){13}62fd$/u);
    const address = dialog().getByLabel('Relay address');
    const present = await address.inputValue();
    await address.fill('wss://relay.example.org');
    expect(await pin.inputValue()).toBe('');
    await address.fill(present);
    await expect.poll(() => pin.inputValue()).toMatch(/^3f9a /u);
    await dialog().getByRole('button', { name: 'Cancel' }).waitFor();
  });

  test('says which relay stays when another refuses this machine', async () => {
    await open('relay/form refused, another stays');
    await browser.page.getByText(/^This machine still uses wss:\/\/\S+\.$/).waitFor();
    expect(browser.complaints).toEqual([]);
  });
});

describe('a relay that is run here', () => {
  const said = (words: RegExp): Promise<void> => browser.page.getByText(words).first().waitFor();
  const button = (name: string) => browser.page.getByRole('button', { name, exact: true });
  const footer = () => dialog().locator('footer').getByRole('button').allInnerTexts();

  test('leads on by the buttons of the dialog once it runs, and the first of them has the focus', async () => {
    await open('pairing/add a relay, starting');
    await heading('Add a relay').waitFor();
    await button('Start relay').waitFor();
    expect(await footer()).toEqual(['Back', 'Close']);
    await button('Start relay').click();
    await button('Invite a machine').waitFor();
    expect(await footer()).toEqual(['Back', 'Done', 'Invite a machine']);
    await expect.poll(focused).toBe('Invite a machine');
    await press('Enter');
    // As from the settings: neither a search in the network nor a code.
    await heading('Invite through this relay').waitFor();
    await dialog().getByRole('img', { name: 'QR code of the invitation link' }).waitFor();
    expect(await field().count()).toBe(0);
    expect(
      await dialog()
        .getByRole('group', { name: /^Pairing code/ })
        .count(),
    ).toBe(0);
    expect(browser.complaints).toEqual([]);
  });

  test('is not called one for other networks before a machine there has reached it', async () => {
    await open('first-run/relay of this network');
    await said(/^Not yet: the relay wss:\/\/192\.168\.4\.17:7474 works in this network only\./);
    await button('Make it reachable').waitFor();
    await open('pairing/add a relay, running here');
    await said(/^It works in this network only, so far\./);
    await open('pairing/invite, relay of this network');
    await said(/^Machines in other networks can't use this code yet/);
    // What helps in this network.
    await said(/choose “More ways” there, then “Enter its address”, and enter this one:$/);
    await said(/^192\.168\.4\.20:7473$/);
    expect(
      await dialog()
        .getByText(/the other machine needs the same relay/)
        .count(),
    ).toBe(0);
    await open('pairing/invite link, relay of this network');
    await said(/^Machines in other networks can't use this link yet/);
    expect(browser.complaints).toEqual([]);
  });

  test('invites with a link and its QR code, without looking for machines or asking for a code', async () => {
    await open('pairing/invite through the relay');
    await heading('Invite through this relay').waitFor();
    await dialog().getByRole('img', { name: 'QR code of the invitation link' }).waitFor();
    const link = dialog().getByRole('textbox', { name: 'Invitation link' });
    const hidden = await link.evaluate((field) => field.scrollHeight - field.clientHeight);
    expect(hidden).toBeLessThanOrEqual(0);
    expect(await field().count()).toBe(0);
    expect(await dialog().getByText('In this network', { exact: true }).count()).toBe(0);
    expect(await browser.axe()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  test('is chosen among ways that say for whom they are', async () => {
    await open('pairing/add a relay, starting');
    await button('Start relay').waitFor();
    for (const words of [/^At home: your router/, /^Day and night, from anywhere/, /^One that runs already/])
      await dialog().getByText(words).waitFor();
    await dialog().getByRole('radio', { name: 'Existing relay' }).click();
    await dialog().getByLabel('Relay address').waitFor();
    expect(browser.complaints).toEqual([]);
  });

  test('shows what is left to do directly below the warning, and how to forward the port once', async () => {
    await open('pairing/add a relay, running here');
    await said(/^It works in this network only, so far\./);
    const top = async (words: string | RegExp): Promise<number> =>
      (await dialog().getByText(words).first().boundingBox())?.y ?? Number.NaN;
    expect(await top('Outside this network')).toBeLessThan(await top('Address, fingerprint and token'));
    expect(
      await dialog()
        .getByText(/forward TCP port 7474/)
        .count(),
    ).toBe(1);
    expect(await dialog().getByRole('button', { name: 'Copy token' }).isVisible()).toBe(false);
  });

  test('has the button that invites a machine above the addresses and the admission token, once', async () => {
    await open('relay/host running');
    const invite = browser.page.getByRole('button', { name: 'Invite a machine through this relay' });
    expect(await invite.count()).toBe(1);
    await browser.page.getByText('Address, fingerprint and token').click();
    const [button, address] = await Promise.all([
      invite.boundingBox(),
      browser.page.getByRole('button', { name: 'Copy address' }).first().boundingBox(),
    ]);
    expect(button?.y).toBeLessThan(address?.y ?? 0);
  });

  test('says, before it is stopped, where this machine goes then', async () => {
    await open('relay/host running instead');
    await said(/^If you stop it, this machine switches back to wss:\/\/relay\.example\.net:7474/);
    await button('Stop relay and switch back').waitFor();
    await open('relay/host running');
    await said(/^If you stop it, this machine has no relay/);
    await button('Stop relay').waitFor();
    await open('relay/host running beside');
    await said(/^If you stop it, this machine stays with wss:\/\/relay\.example\.net:7474/);
    expect(browser.complaints).toEqual([]);
  });

  test('that has ended by itself offers the way back, and one that starts can be cancelled', async () => {
    await open('relay/host stopped by itself');
    await said(/Before that, it used wss:\/\/relay\.example\.net:7474/);
    await tabTo('Switch back');
    await press('Enter');
    await open('relay/host starting');
    await button('Cancel').waitFor();
    expect(browser.complaints).toEqual([]);
  });
});
