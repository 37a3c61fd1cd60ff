/** Commands that run on machines without a terminal (`exec.open`), as each user interface runs them. */
export { runOnMachine, type MachineResult, type MachineRunOptions } from './run-on-machine.ts';
export { shellCommand } from './shell-command.ts';
export { sideBySide } from './side-by-side.ts';
