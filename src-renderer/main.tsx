import { createRoot } from 'react-dom/client';
import './ui/styles/base.css';
import { App, resolveTheme, speakFirst } from './app/index.ts';

// The system's scheme applies before the first render; the person's setting follows later.
document.documentElement.dataset['theme'] = resolveTheme('system');

const container = document.getElementById('root');
if (container === null) throw new TypeError('the page has no root');
await speakFirst();
createRoot(container).render(<App />);
