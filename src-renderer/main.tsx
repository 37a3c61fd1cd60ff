import { createRoot } from 'react-dom/client';
import './ui/styles/base.css';
import { App, resolveTheme, loadFirstLanguage } from './app/index.ts';

/** Entry of the window's page: sets the theme and the language, then renders `App` into the element `root` of `index.html`. */
// The system's scheme applies before the first render; the person's setting follows later.
document.documentElement.dataset['theme'] = resolveTheme('system');

const container = document.getElementById('root');
if (container === null) throw new TypeError('the page has no root');
await loadFirstLanguage();
createRoot(container).render(<App />);
