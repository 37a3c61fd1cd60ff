export { createPause, type PauseModule } from './module.ts';
export { PauseSwitch, pausedError, type Paused, type PauseSwitchOptions } from './pause-switch.ts';
