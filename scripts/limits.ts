/** `npm run docs:limits`: writes docs/LIMITS.md. */
import { writeFileSync } from 'node:fs';
import { limitsPage } from './limits/page.ts';

writeFileSync(new URL('../docs/LIMITS.md', import.meta.url), limitsPage());
