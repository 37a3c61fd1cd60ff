/**
 * Headless terminal of xterm.js and its Unicode 11 add-on. These packages are minified CommonJS whose names Node can't see: a named import fails at
 * run time, so each is imported as a whole. Used by `ScreenModel`.
 */
import unicode11 from '@xterm/addon-unicode11';
import headless from '@xterm/headless';

export const { Terminal } = headless;
export const { Unicode11Addon } = unicode11;
