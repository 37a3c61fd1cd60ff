import { text } from '../../locale/index.ts';

const BROWSERS = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  // These name Chrome as well.
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Vivaldi', /\bVivaldi\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?(?:Chrome|CriOS)\//],
  ['Safari', /\bVersion\/[\d.]+.*\bSafari\//],
] as const;

const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['macOS', /\bMac OS X\b/],
  ['Windows', /\bWindows\b/],
  ['Linux', /\bLinux\b/],
] as const;

/** The names that `ownBrowserName` gives in the languages of the product. */
const OWN_NAME = new RegExp(`^(${namesOf(BROWSERS)})(?: on | auf |（)(${namesOf(SYSTEMS)})）?$`);

/**
 * Returns a short name for a program from its `User-Agent`: `Firefox on Linux`. What it doesn't know is shown as it is, cut. The header proves nothing; it
 * helps a person to tell their own sessions apart. Pure.
 */
export function browserName(agent: string): string {
  const [browser, system] = partsOf(agent);
  return browser === undefined ? agent.slice(0, 60) : joined(browser, system);
}

/** Returns a name for the browser that this is, for a person to keep or change. One that isn't known is called by its system alone. */
export function ownBrowserName(agent: string): string {
  const [browser = text('account.passkeys.name.browser'), system] = partsOf(agent);
  return joined(browser, system);
}

/**
 * Returns a browser's name in the language of the page, if it is one that the browser gave itself in any of them: it was kept in the language of its person.
 * Any other name stays as it is.
 */
export function translateBrowserName(name: string): string {
  const [, browser, system] = OWN_NAME.exec(name) ?? [];
  return browser === undefined ? name : joined(browser, system);
}

function namesOf(signs: readonly (readonly [name: string, sign: RegExp])[]): string {
  return signs.map(([name]) => name).join('|');
}

function partsOf(agent: string): readonly [browser: string | undefined, system: string | undefined] {
  const browser = BROWSERS.find(([, sign]) => sign.test(agent))?.[0];
  return [browser, SYSTEMS.find(([, sign]) => sign.test(agent))?.[0]];
}

function joined(browser: string, system: string | undefined): string {
  return system === undefined ? browser : text('account.browser.on', { browser, system });
}
