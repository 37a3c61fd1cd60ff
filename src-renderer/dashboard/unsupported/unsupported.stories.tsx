import type { Story } from '../../stories/index.ts';
import { UnsupportedPage } from './unsupported-page.tsx';

/** Stories of the page for browsers that can't run the others. */
export const UNSUPPORTED_STORIES: readonly Story[] = [
  {
    name: 'dashboard/unsupported browser',
    frame: 'none',
    render: () => <UnsupportedPage missing={['Web Locks', 'Promise.withResolvers']} isSecure />,
  },
  {
    name: 'dashboard/unsupported without https',
    frame: 'none',
    render: () => <UnsupportedPage missing={['Web Crypto', 'Web Locks']} isSecure={false} />,
  },
];
