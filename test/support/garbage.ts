import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of buffers that this process still holds: what nobody can reach any more is collected first. */
export function heldBuffers(): number {
  collect();
  // What the first collection found dead is given back by the next one.
  collect();
  return process.memoryUsage().arrayBuffers;
}
