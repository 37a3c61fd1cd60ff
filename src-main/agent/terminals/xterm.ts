import { createRequire } from 'node:module';
import type * as Serialize from '@xterm/addon-serialize';
import type * as Unicode11 from '@xterm/addon-unicode11';
import type * as Headless from '@xterm/headless';

/** These packages are minified CommonJS whose names Node cannot see, so a named import fails at run time: they are required. */
const require = createRequire(import.meta.url);

export const { Terminal } = require('@xterm/headless') as typeof Headless;
export const { SerializeAddon } = require('@xterm/addon-serialize') as typeof Serialize;
export const { Unicode11Addon } = require('@xterm/addon-unicode11') as typeof Unicode11;
