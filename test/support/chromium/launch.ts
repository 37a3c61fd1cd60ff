import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { isRoot } from '../window/user.ts';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser that stays on this machine, asks nothing and updates nothing. */
export const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-domain-reliability',
];

/** Path of a Chromium of this machine; CLAWREACH_TEST_CHROMIUM names another. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = [
    process.env['CLAWREACH_TEST_CHROMIUM'],
    ...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/**
 * A headless Chromium.
 * @param options.program Instead of the one that is found.
 * @param options.scrollBars Show scroll bars, which take room; else there are none.
 * @param options.webgl Draw with a graphics card made of software, for what needs WebGL; else there is none.
 */
export async function launchChromium(
  options: Readonly<{ program?: string; webgl?: boolean; scrollBars?: boolean; args?: readonly string[] }> = {},
): Promise<Browser> {
  const executablePath = options.program ?? findChromium();
  if (executablePath === undefined) throw new Error('no Chromium here');
  const graphics =
    options.webgl === true
      ? ['--use-angle=swiftshader', '--enable-unsafe-swiftshader']
      : ['--disable-gpu', '--disable-3d-apis'];
  return chromium.launch({
    executablePath,
    chromiumSandbox: !isRoot(),
    args: [...QUIET, ...graphics, ...(options.args ?? [])],
    ...(options.scrollBars === true && { ignoreDefaultArgs: ['--hide-scrollbars'] }),
    timeout: 60_000,
  });
}
