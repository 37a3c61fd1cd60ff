export { destinationOf, type Destination } from './pairing-link.ts';
export { parseExternalLink, ShellError } from './external-link.ts';
export { createLinkOpener } from './create-link-opener.ts';
export { registerScheme } from './register-scheme.ts';
export { createViewers } from './create-viewers.ts';
