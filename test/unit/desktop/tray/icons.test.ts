import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPng } from '#test/support/read-png.ts';
import { trayIconFile } from '../../../../src-main/desktop/tray/icons.ts';

const directory = fileURLToPath(new URL('../../../../assets/tray', import.meta.url));
const STATES = ['off', 'connecting', 'online', 'attention', 'error', 'paused'] as const;
/** Colours of bars: GNOME's, a dark and a light panel of KDE, and plain ones. */
const LINUX_BARS = ['#000000', '#1d1d20', '#2a2e32', '#eff0f1', '#ffffff'];

describe('the icons of the tray', () => {
  it('are drawn for each state, system and colour of its bar', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      const pictures = new Set<string>();
      for (const state of STATES) {
        for (const darkSystem of [true, false]) {
          const file = trayIconFile(directory, state, { platform, darkSystem });
          expect(existsSync(file)).toBe(true);
          expect(existsSync(file.replace('.png', '@2x.png'))).toBe(true);
          pictures.add(readFileSync(file, 'base64'));
        }
      }
      expect(pictures.size).toBe(platform === 'win32' ? 12 : 6);
    }
  });

  it.each(STATES)('are readable on every bar of Linux, whatever the theme of the window: %s', (state) => {
    const [file, other] = [true, false].map((darkSystem) =>
      trayIconFile(directory, state, { platform: 'linux', darkSystem }),
    );
    expect(other).toBe(file);
    for (const bar of LINUX_BARS) {
      expect(contrastShare(file ?? '', bar), `on ${bar}`).toBeGreaterThan(0.99);
      expect(contrastShare((file ?? '').replace('.png', '@2x.png'), bar), `@2x on ${bar}`).toBeGreaterThan(0.99);
    }
  });

  it.each(['connecting', 'online', 'attention', 'error', 'paused'] as const)(
    'are readable on the bar of Windows: %s',
    (state) => {
      const share = (darkSystem: boolean, bar: string): number =>
        contrastShare(trayIconFile(directory, state, { platform: 'win32', darkSystem }), bar);
      expect(share(true, '#1c1c1c')).toBeGreaterThan(0.9);
      expect(share(false, '#f3f3f3')).toBeGreaterThan(0.9);
    },
  );
});

/** Returns the share of an icon's opaque pixels that have a contrast of 3:1 on a bar. */
function contrastShare(file: string, bar: string): number {
  const { data } = readPng(readFileSync(file));
  const ground = luminance([1, 3, 5].map((at) => Number.parseInt(bar.slice(at, at + 2), 16)));
  let opaque = 0;
  let readable = 0;
  for (let at = 0; at < data.length; at += 4) {
    if ((data[at + 3] ?? 0) < 250) continue;
    opaque += 1;
    const colour = luminance([...data.subarray(at, at + 3)]);
    if ((Math.max(colour, ground) + 0.05) / (Math.min(colour, ground) + 0.05) >= 3) readable += 1;
  }
  return opaque === 0 ? 0 : readable / opaque;
}

/** Relative luminance of WCAG 2. @param channels red, green and blue, 0 to 255 */
function luminance(channels: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
