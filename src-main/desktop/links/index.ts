export { destinationOf, type Destination } from './pairing-link.ts';
export { parseExternalLink, ShellError } from './external-link.ts';
export { createLinkOpener } from './open-external.ts';
export { registerScheme } from './register-scheme.ts';
