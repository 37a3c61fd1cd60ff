export { isScreenLocked } from './screen-lock.ts';
export { NetworkWatch } from './network-watch.ts';
export { watchPower } from './watch-power.ts';
