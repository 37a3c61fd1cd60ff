export { PauseSwitch, pausedError, type Paused, type PauseSwitchOptions } from './pause-switch.ts';
