export { destinationOf, type Destination } from './pairing-link.ts';
export { readOutsideLink, ShellError } from './outside-link.ts';
export { createLinkOpener } from './open-outside.ts';
export { registerScheme } from './register-scheme.ts';
