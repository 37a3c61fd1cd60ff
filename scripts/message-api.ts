/** `npm run docs:message-api`: writes docs/message-api.openapi.json, a copy of what the local API says of itself. */
import { writeFileSync } from 'node:fs';
import { messageApiDocument } from '../src-shared/message-api/index.ts';

writeFileSync(
  new URL('../docs/message-api.openapi.json', import.meta.url),
  `${JSON.stringify(messageApiDocument(), null, 2)}\n`,
);
