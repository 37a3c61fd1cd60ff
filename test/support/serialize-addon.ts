/** Taken as a whole, since Node can't see the names of this minified CommonJS package and a named import would fail. */
import serialize from '@xterm/addon-serialize';

export const { SerializeAddon } = serialize;
