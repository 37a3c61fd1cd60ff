import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** For what is not there yet, ms. */
const PATIENCE = 15_000;
/** For an element that has the focus to tell what it is, ms. */
const GOES = 1000;
/** What a person operates; each has to say what it is. */
const CONTROLS =
  /^\s*- '?(?:button|link|textbox|searchbox|switch|checkbox|radio|combobox|slider|spinbutton|tab|menuitem|option)\b(?! ")/;

/**
 * In the page. What a rule finds is as grave as the rule says (axe sets it so), so that those which never find anything serious need not look; they
 * took a quarter of the time. Base UI's guards pass the focus on at once; whether axe sees that a menu is open depends on where the menu lies.
 */
const find = (only: readonly string[] | undefined): string => `axe
  .run({ include: [document], exclude: ['[data-base-ui-focus-guard]'] }, {
    resultTypes: ['violations'],
    runOnly: ${JSON.stringify(only)},
    rules: Object.fromEntries(
      axe._audit.rules
        .filter(({ impact }) => impact === 'minor' || impact === 'moderate')
        .map(({ id }) => [id, { enabled: false }]),
    ),
  })
  .then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ': ' + html.slice(0, 200) + ' — ' + failureSummary)),
  )`;

/**
 * Lists what axe finds serious or critical, one line each.
 * @param only These rules instead of all.
 */
export async function axeFindings(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  // By the debugger, which is not bound by the policy of the page.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(readFileSync(AXE, 'utf8'));
  return page.evaluate<string[]>(find(only));
}

/** Controls that a screen reader could not name, as it would tell them. */
export async function namelessControls(page: Page): Promise<readonly string[]> {
  const told = await page.locator('body').ariaSnapshot();
  return told.split('\n').filter((line) => CONTROLS.test(line));
}

/** What has the focus, such as `button "Connect"`; for a screen reader. */
export async function focused(page: Page): Promise<string> {
  const active = page.locator(':focus');
  if ((await active.count()) === 0) return 'nothing';
  // It may go in between.
  const told = await active.ariaSnapshot({ timeout: GOES }).catch(() => 'nothing');
  return (told.split('\n')[0] ?? '').replace(/^- /, '').replace(/:$/, '');
}

/**
 * Presses a key until the focus is on what matches, and stays there: what has just opened or closed may still take it.
 * @throws when it does not get there, nor to anything that was still to come
 */
export async function moveFocus(page: Page, target: RegExp, key = 'Tab', most = 60): Promise<void> {
  const seen: string[] = [];
  const deadline = performance.now() + PATIENCE;
  for (let presses = 0; presses <= most || performance.now() < deadline; presses += 1) {
    const now = await focused(page);
    if (target.test(now)) {
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
      if ((await focused(page)) === now) return;
      continue;
    }
    if (seen.length <= most) seen.push(now);
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${target}:\n${seen.join('\n')}`);
}
