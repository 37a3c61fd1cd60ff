/** Files with which browsers install the page as an application: the web app manifest and its icons. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Sizes of the icons, pixels, in `assets/page`. */
const ICON_SIZES = [192, 512] as const;

const MANIFEST = {
  id: '/dashboard',
  name: 'ClawReach',
  short_name: 'ClawReach',
  description: 'Your machines and their terminals, sealed from this device to them.',
  lang: 'en',
  start_url: '/dashboard',
  scope: '/',
  display: 'standalone',
  background_color: '#ffffff',
  theme_color: '#ffffff',
  categories: ['developer', 'utilities'],
  icons: ICON_SIZES.flatMap((size) =>
    [
      { name: 'icon', purpose: 'any' },
      { name: 'maskable', purpose: 'maskable' },
    ].map(({ name, purpose }) => ({
      src: `/icons/${name}-${size}.png`,
      sizes: `${size}x${size}`,
      type: 'image/png',
      purpose,
    })),
  ),
  shortcuts: [
    { name: 'Machines', url: '/dashboard' },
    { name: 'Projects', url: '/projects' },
    { name: 'Settings', url: '/settings' },
  ],
};

/** @param root folder of the project @returns files by path */
export function appFiles(root: string): ReadonlyMap<string, Uint8Array> {
  const folder = join(root, 'assets', 'page');
  const files = new Map<string, Uint8Array>(
    readdirSync(folder).map((name) => [`/icons/${name}`, readFileSync(join(folder, name))]),
  );
  return files.set('/manifest.webmanifest', Buffer.from(`${JSON.stringify(MANIFEST, null, 1)}\n`));
}
