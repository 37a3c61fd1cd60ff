import type { UpdateRelease, UpdatesView } from '#shared/app-api/index.ts';

/** Release that is newer than the running application. */
export const EXAMPLE_RELEASE: UpdateRelease = {
  version: '1.4.0',
  released: 1_795_200_000_000,
  notes:
    '- Terminals can be shared with a second peer, view only.\n- The window speaks German and Chinese.\n- Forwards come back a second sooner after sleep.',
  page: 'https://example.org/clawreach/releases/v1.4.0',
  size: 148_300_000,
};

/** Updates of an application that has found none. */
export const EXAMPLE_UPDATES: UpdatesView = {
  installed: '1.3.2',
  way: 'self',
  available: true,
  checkedAt: 1_795_300_000_000,
  state: { name: 'idle' },
};
