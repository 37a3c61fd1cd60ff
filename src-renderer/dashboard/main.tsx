import { config } from 'zod';
import '../ui/styles/base.css';
import { applyTheme } from './theme/index.ts';

/**
 * Entry of the relay's page. Sets what has to come before everything else, then loads the rest: the theme, so that a dark page never begins light, and zod
 * without code made of text, which the page's policy forbids. Zod decides on that when a schema is made, so no schema may be loaded earlier.
 */
applyTheme();
// macOS lays its scroll bars over the content; `base.css` draws them elsewhere.
if (navigator.platform.startsWith('Mac')) document.documentElement.dataset['scrollBars'] = 'system';
config({ jitless: true });
const { start } = await import('./start.tsx');
await start();
