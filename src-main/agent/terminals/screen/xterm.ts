/** These packages are minified CommonJS whose names Node cannot see, so a named import fails at run time: each is taken as a whole. */
import unicode11 from '@xterm/addon-unicode11';
import headless from '@xterm/headless';

export const { Terminal } = headless;
export const { Unicode11Addon } = unicode11;
