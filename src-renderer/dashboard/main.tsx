import { config } from 'zod';
import '../ui/styles/base.css';
import './stalled.css';
import { missingApis } from './required/index.ts';
import { applyTheme } from './theme/index.ts';

/** Path of the page for guests. */
const SHARE_PAGE = '/j';

/**
 * Entry of the relay's page. Sets what has to come before everything else, then loads the rest: the theme, so that a dark page never begins light, and zod
 * without code made of text, which the page's policy forbids. Zod decides on that when a schema is made, so no schema may be loaded earlier.
 */
applyTheme();
// macOS lays its scroll bars over the content; `base.css` draws them elsewhere.
if (navigator.platform.startsWith('Mac')) document.documentElement.dataset['scrollBars'] = 'system';
config({ jitless: true });
const missing = missingApis();
if (missing.length > 0) await (await import('./unsupported/index.ts')).showUnsupported(missing);
// Guests of a share link have no account, and need nothing of the dashboard.
else if (location.pathname === SHARE_PAGE) await (await import('./guest/index.ts')).startGuest();
else await (await import('./start.tsx')).start();
