/** Keys of this browser as a machine: where they are, and their end. Small, since signing out needs it on every page. */
export { forgetMachine } from './forget-machine.ts';
export { NAME } from './names.ts';
