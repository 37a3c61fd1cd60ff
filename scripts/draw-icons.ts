/**
 * Renders the PNGs of `assets/` from their SVG sources, with a Chromium that is on this machine. Run it after a source has changed; the PNGs are
 * committed, since a build should need no browser.
 *
 *   node scripts/draw-icons.ts          CHROMIUM=/path/to/chromium where it is not /usr/bin/chromium
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';

type Picture = Readonly<{
  /** Path in `assets/`. */
  source: string;
  target: string;
  /** Pixels. */
  size: number;
  /** CSS of the root element: the glyph's colour, and custom properties that the source knows. */
  style?: string;
}>;

const STATES = ['off', 'connecting', 'online', 'attention', 'error', 'paused'];
const ICON_SIZES = [16, 32, 48, 64, 128, 256, 512];
/** Black, which macOS colours as its bar needs it; the badge too, since a template has no colours. */
const TEMPLATE = 'color: #000; --attention: #000; --error: #000';
const BARS = {
  '-on-dark': 'color: #f2f2f6; --attention: #f5a524; --error: #ff5d67',
  '-on-light': 'color: #2a2a35; --attention: #c77700',
};
/** Colours with a contrast of 3:1 on dark and on light bars, since no desktop of Linux tells the colour of its bar. */
const ANY_BAR = 'color: #7176e6; --attention: #c77700; --error: #e5484d; --off: #85858f; --off-opacity: 1';
/** Base size of each system's bar, and the factors that its screens have. */
const SYSTEMS = {
  macos: { size: 18, factors: [1, 2] },
  windows: { size: 16, factors: [1, 1.25, 1.5, 2] },
  linux: { size: 24, factors: [1, 2] },
} as const;
const SYSTEM_NAMES = ['macos', 'windows', 'linux'] as const;
/** Styles of each system's icons, by the end of their names. */
const VARIANTS: Readonly<Record<keyof typeof SYSTEMS, Readonly<Record<string, string>>>> = {
  macos: { Template: TEMPLATE },
  windows: BARS,
  linux: { '': ANY_BAR },
};

/** Icons of the page when it is installed. Systems cut `maskable` to their own shape; a badge has the colour of the system's bar. */
const PAGE: readonly Picture[] = [
  ...[192, 512].flatMap((size) => [
    { source: 'icon/clawreach.svg', target: `page/icon-${size}.png`, size },
    { source: 'icon/maskable.svg', target: `page/maskable-${size}.png`, size },
  ]),
  { source: 'icon/maskable.svg', target: 'page/apple-touch-180.png', size: 180 },
  { source: 'icon/badge.svg', target: 'page/badge-96.png', size: 96 },
];

function pictures(): Picture[] {
  const icons = ICON_SIZES.map((size) => ({ source: 'icon/clawreach.svg', target: `icon/${size}.png`, size }));
  const tray = SYSTEM_NAMES.flatMap((system) => {
    const { size, factors } = SYSTEMS[system];
    return factors.flatMap((factor) =>
      STATES.flatMap((state) => {
        const suffix = factor === 1 ? '' : `@${factor}x`;
        return Object.entries(VARIANTS[system]).map(([variant, style]) => ({
          source: `tray/source/${state}.svg`,
          target: `tray/${system}/${state}${variant}${suffix}.png`,
          size: size * factor,
          style,
        }));
      }),
    );
  });
  return [...icons, ...tray, ...PAGE];
}

async function draw(page: Page, { source, target, size, style = '' }: Picture): Promise<void> {
  const assets = fileURLToPath(new URL('../assets/', import.meta.url));
  const svg = readFileSync(assets + source, 'utf8');
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(
    `<style>html{${style}} body{margin:0} svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
  );
  mkdirSync(dirname(assets + target), { recursive: true });
  await page.screenshot({ path: assets + target, omitBackground: true });
}

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--force-color-profile=srgb'],
});
try {
  const page = await browser.newPage();
  for (const picture of pictures()) await draw(page, picture);
} finally {
  await browser.close();
}
