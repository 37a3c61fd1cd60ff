import { createRoot } from 'react-dom/client';
import './ui/styles/base.css';
import { App, resolveTheme, speakFirst } from './app/index.ts';

// Before anything is drawn; what the person has chosen instead comes with the settings.
document.documentElement.dataset['theme'] = resolveTheme('system');

const container = document.getElementById('root');
if (container === null) throw new TypeError('the page has no root');
await speakFirst();
createRoot(container).render(<App />);
