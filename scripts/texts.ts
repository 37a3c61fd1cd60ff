/** `npm run texts`: writes the types of placeholders (`src-shared/locales/placeholders.ts`) from the English texts. Run it after changing them. */
import { writeFileSync } from 'node:fs';
import { placeholderTypes } from './support/placeholder-types.ts';

writeFileSync(new URL('../src-shared/locales/placeholders.ts', import.meta.url), placeholderTypes());
