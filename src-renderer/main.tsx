import { createRoot } from 'react-dom/client';
import './ui/styles/base.css';
import './start.css';
import './locale/window-texts/index.ts';
import { App, resolveTheme, loadFirstLanguage } from './app/index.ts';
import { keepPlace } from './store/index.ts';
import { loadFonts } from './ui/index.ts';

/**
 * Entry of the window's page: sets the system's theme, loads the window's fonts and the language used last (from `localStorage`) or the system's, and the place that was left, then renders `App` into
 * the element `root` of `index.html`. `App` applies the person's settings later.
 */
// The system's scheme applies before the first render; the person's setting follows later.
document.documentElement.dataset['theme'] = resolveTheme('system');
// macOS lays its scroll bars over the content; `base.css` draws them elsewhere.
if (navigator.platform.startsWith('Mac')) document.documentElement.dataset['scrollBars'] = 'system';

keepPlace(() => localStorage);

const container = document.getElementById('root');
if (container === null) throw new TypeError('the page has no root');
await Promise.all([loadFirstLanguage(), loadFonts()]);
createRoot(container).render(<App />);
