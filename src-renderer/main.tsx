import { createRoot } from 'react-dom/client';
import './ui/base.css';

const container = document.getElementById('root');
if (container === null) throw new TypeError('the page has no root');
createRoot(container).render(<p>ClawReach</p>);
